import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { crc32, deflateRawSync } from 'node:zlib';
import { deflateWhole } from '../src/archive/writing/deflate.ts';
import { ZipWriter } from '../src/archive/writing/zip-writer.ts';
import { ItemVisitor } from '../src/export/item-visitor.ts';
import { ITEM_DEPTH } from '../src/export/list-files.ts';
import { Printer } from '../src/json/printer.ts';
import { compileRules } from '../src/json/pruning-paths.ts';
import { EVERYWHERE, PER_TYPE } from '../src/plan/pruning-table.ts';
import { type MadeType, madeTypes } from './made-objects.ts';
import { median } from './table.ts';

/**
 * `npm run bench:parts`: what single parts of a backup cost, and what they would cost otherwise, in turn in one process
 * with the settings of V8 in the first line of dist/main.js.
 * Prints CPU time, which other processes on the machine change less than they change wall time.
 */
const { values } = parseArgs({
  options: { 'object-bytes': { type: 'string', default: '2700' }, rounds: { type: 'string', default: '15' } },
});
const rounds = Number(values.rounds);
const lists = madeTypes(Number(values['object-bytes'])).map(listOf);
const megabytes = lists.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6;
const files = lists.flatMap(({ ends, bytes }) =>
  ends.map((end, at) => bytes.subarray(ends[at - 1] ?? 0, end)),
);

await compare('prune and print JSON', 'ms per MB', megabytes * 1000, {
  'as bytes': printAsBytes,
  'JSON.parse and JSON.stringify': printAsValues,
});
await compare('deflate a file of one object', 'µs', files.length, {
  'with a buffer of its size': () => files.map((file) => deflateWhole(file)),
  'with the buffer of 16 KiB that is the default': () => files.map(deflateByDefault),
});
await compare('add an entry to a zip, and write the directory', 'µs', 2000, { '': writeZip });

/** The objects of a type, one after the other, and where each ends. */
function listOf({ resource, group, kind, variants }: MadeType) {
  const items = variants.map((variant, at) =>
    Buffer.concat([
      Buffer.from(`{"metadata":{"name":"${resource}-${at}","namespace":"web","labels":{}`),
      variant,
    ]),
  );
  const ends = items.map((_, at) => items.slice(0, at + 1).reduce((sum, item) => sum + item.length, 0));
  const name = group === '' ? resource : `${resource}.${group}`;
  const described = {
    group,
    version: 'v1',
    resource,
    kind,
    name,
    namespaced: true,
    singular: '',
    shortNames: [],
  };
  const visitor = new ItemVisitor(described);
  const rules = compileRules([...EVERYWHERE, ...PER_TYPE], name);
  const form = { rules, depth: ITEM_DEPTH, head: visitor.head(ITEM_DEPTH), visitor };
  return { bytes: Buffer.concat(items), ends, form, visitor };
}

function printAsBytes(): void {
  const printer = new Printer();
  const out = Buffer.allocUnsafeSlow(2 ** 20);
  for (const { bytes, form, visitor } of lists) {
    for (let at = 0; at < bytes.length; ) {
      visitor.begin();
      at = printer.print(bytes, at, bytes.length, out, 0, form);
      if (at < 0) throw new Error('the object was not printed');
    }
  }
}

function printAsValues(): void {
  for (const file of files) {
    const { metadata, status, ...rest } = JSON.parse(file.toString('utf8'));
    const { managedFields, uid, ...kept } = metadata;
    Buffer.from(JSON.stringify({ metadata: kept, ...rest }, null, 2));
  }
}

function deflateByDefault(file: Buffer): void {
  deflateRawSync(file, { level: 1 });
  crc32(file);
  hash('sha256', file, 'hex');
}

function writeZip(): void {
  const folder = mkdtempSync(join(tmpdir(), 'openshift-backup-bench-'));
  const path = join(folder, 'made.zip');
  writeFileSync(path, '');
  const zip = new ZipWriter(path, new Date());
  const file = deflateWhole(Buffer.from('{}'));
  for (let at = 0; at < 2000; at += 1) zip.append(`team-${at % 250}/t${at}.json`, 0, file);
  zip.finish([]);
  rmSync(folder, { recursive: true });
}

/** Prints the medians of the CPU time that each of some functions takes. @param amount of what they do, for the unit */
async function compare(
  what: string,
  unit: string,
  amount: number,
  sides: Readonly<Record<string, () => unknown>>,
): Promise<void> {
  const times = Object.entries(sides).map(([name, run]) => ({ name, run, taken: [] as number[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { run, taken } of times) {
      const before = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(before);
      taken.push((user + system) / amount);
    }
  }
  for (const { name, taken } of times)
    process.stdout.write(`${what}${name === '' ? '' : `, ${name}`}: ${median(taken).toFixed(1)} ${unit}\n`);
}
