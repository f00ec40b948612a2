import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openPromise } from 'yauzl';
import { localArchive } from '../../src/archive/reading/archive-file.ts';
import { verifyArchive } from '../../src/archive/reading/verify.ts';
import { ArchiveWriter } from '../../src/archive/writing/writer.ts';
import { listJson, objectJson, sampleManifest } from '../archive/sample.ts';
import { Folder, testedByPython, testedByUnzip } from '../archive/zip-tools.ts';
import { Unpacked } from './unpacked.ts';

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

for (const [entries, zip64] of [
  [65_534, false],
  [65_535, true],
  [65_534 + OTHERS, true],
] as const) {
  test(`${entries} files in one archive, ${zip64 ? 'with' : 'without'} Zip64, are there for everybody`, async () => {
    using folder = new Folder();
    const path = await writeArchive(folder, entries);
    assert.equal(hasZip64(path), zip64);
    const counts = [testedByUnzip(path), testedByPython(path), walkedByYauzl(path)];
    assert.deepEqual(await Promise.all(counts), [entries, entries, entries]);
  });
}

test('verify and sha256sum find more than 65,535 files whole', async () => {
  using folder = new Folder();
  const path = await writeArchive(folder, 65_600);
  const [{ verdict, problems, entries }, unpacked] = await Promise.all([
    verifyArchive(localArchive(path)),
    Unpacked.from(path),
  ]);
  using files = unpacked;
  assert.equal(files.names.length, 65_599);
  assert.deepEqual({ verdict, problems, entries }, { verdict: 'good', problems: [], entries: 65_600 });
});
