import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { openPromise } from 'yauzl';
import { localArchive } from '../../src/archive/reading/archive-file.ts';
import { verifyArchive } from '../../src/archive/reading/verify.ts';
import { ArchiveWriter } from '../../src/archive/writing/writer.ts';
import { listJson, objectJson, sampleManifest } from '../archive/sample.ts';
import { Folder, testedByUnzip } from '../archive/zip-tools.ts';

const NAMING = { name: 'b', stamp: 'yyyyMMddHHmm', zone: 'UTC' };
const PROJECTS = 1000;
/** Beside the type files. */
const OTHERS = 2;

const project = (index: number) => `project-${index % PROJECTS}`;

/** An archive of so many entries, one object in each type file, with a manifest that tells the truth. */
async function writeArchive(folder: Folder, entries: number): Promise<string> {
  const files = entries - OTHERS;
  const writer = ArchiveWriter.begin(folder.path, NAMING, new Date(), 1);
  const sink = await writer.openSink(0);
  let bytes = 0;
  for (let index = 0; index < files; index++) {
    sink.begin(`${project(index)}/t${Math.floor(index / PROJECTS)}s.example.com.json`);
    await sink.write(Buffer.from(listJson([objectJson('T', `object-${index}`)])));
    bytes += sink.end();
  }
  sink.close();
  const perType = (type: number) => Math.min(PROJECTS, files - type * PROJECTS);
  const perProject = (index: number) => Math.ceil((files - index) / PROJECTS);
  const manifest = sampleManifest();
  const [row] = manifest.resourceTypes;
  const { file } = await writer.publish(
    Buffer.from(
      JSON.stringify({
        ...manifest,
        totals: { projects: PROJECTS, objects: files, files, bytes },
        projects: Array.from({ length: PROJECTS }, (_, index) => ({
          name: project(index),
          objects: perProject(index),
        })),
        resourceTypes: Array.from({ length: Math.ceil(files / PROJECTS) }, (_, type) => ({
          ...row,
          name: `t${type}s.example.com`,
          namespaced: true,
          objects: perType(type),
        })),
      }),
    ),
  );
  return file;
}

/** Whether a Zip64 locator stands before the end record. */
function hasZip64(path: string): boolean {
  return (
    readFileSync(path)
      .subarray(-22 - 20)
      .readUInt32LE(0) === 0x07064b50
  );
}

async function walkedByYauzl(path: string): Promise<number> {
  const zip = await openPromise(path, { strictFileNames: true, autoClose: false });
  let count = 0;
  for await (const _ of zip.eachEntry()) count += 1;
  zip.close();
  return count;
}

/** Number of files whose content has the hash in SHA256SUMS, by Python alone. Throws an Error if one has not. */
async function hashedByPython(path: string): Promise<number> {
  const { stdout } = await promisify(execFile)('python3', ['-c', HASHES, path]);
  return Number(stdout);
}

const HASHES = `
import hashlib, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
sums = [line.split("  ", 1) for line in archive.read("SHA256SUMS").decode().splitlines()]
for digest, name in sums:
    assert hashlib.sha256(archive.read(name)).hexdigest() == digest, name
assert {name for _, name in sums} | {"SHA256SUMS"} == set(archive.namelist())
print(len(sums))`;

// The largest number of entries without Zip64, and the smallest with it.
for (const [entries, zip64] of [
  [65_534, false],
  [65_535, true],
] as const) {
  test(`${entries} files in one archive, ${zip64 ? 'with' : 'without'} Zip64, can be read by everybody`, async () => {
    using folder = new Folder();
    const path = await writeArchive(folder, entries);
    assert.equal(hasZip64(path), zip64);
    const counts = [testedByUnzip(path), hashedByPython(path), walkedByYauzl(path)];
    assert.deepEqual(await Promise.all(counts), [entries, entries - 1, entries]);
    if (!zip64) return;
    const { verdict, problems, entries: verified } = await verifyArchive(localArchive(path));
    assert.deepEqual({ verdict, problems, verified }, { verdict: 'good', problems: [], verified: entries });
  });
}
