import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { age, pathWithAge } from '../test/stores/age.ts';
import { median } from './table.ts';

/**
 * What sealing and opening an archive cost beside reading it, and beside Go's age: CPU seconds of a process and its
 * peak memory, medians of five runs in turn. `node bench/seal.ts [MEBIBYTES]`
 */
const MEBIBYTE = 1024 * 1024;
const size = Number(process.argv[2] ?? 1024);
const folder = mkdtempSync(join(tmpdir(), 'bench-seal-'));
const archive = join(folder, 'openshift-backup202609110015.zip');
const sealed = `${archive}.age`;
const key = join(folder, 'key.txt');
const source = (path: string) => JSON.stringify(new URL(`../src/${path}`, import.meta.url).href);

const PROGRAMS: Readonly<Record<string, string>> = {
  'node alone': '',
  'read it': `import { FileSource } from ${source('archive/reading/file-source.ts')};
    const file = await FileSource.open(${JSON.stringify(archive)});
    for await (const _ of file.pieces(0, file.size));`,
  'seal it': `import { sealFile } from ${source('seal/sealed-file.ts')};
    await (await sealFile(${JSON.stringify(archive)}, [process.env.RECIPIENT], new AbortController().signal)).discard();`,
  'open it': `import { FileSource } from ${source('archive/reading/file-source.ts')};
    import { readIdentities } from ${source('seal/keys.ts')};
    import { SealedSource } from ${source('seal/sealed-source.ts')};
    const identities = await readIdentities([${JSON.stringify(key)}]);
    const file = await SealedSource.open(await FileSource.open(${JSON.stringify(sealed)}), identities);
    for await (const _ of file.pieces(0, file.size));`,
};
const MEASURE = `process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    process.stdout.write(JSON.stringify([(user + system) / 1e6, process.resourceUsage().maxRSS / 1024]));
  });\n`;

function run(program: string, recipient: string): readonly [cpu: number, peak: number] {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', MEASURE + program],
    { encoding: 'utf8', env: { ...process.env, RECIPIENT: recipient } },
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

/** CPU seconds of a program that is not ours. */
function runAge(words: readonly string[]): number {
  const script = `TIMEFORMAT='%U %S'; time age ${words.map((word) => `'${word}'`).join(' ')} > /dev/null`;
  const env = { ...process.env, PATH: pathWithAge() };
  const { stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8', env });
  const [user = 0, system = 0] = stderr.trim().split(' ').map(Number);
  return user + system;
}

try {
  const file = openSync(archive, 'w');
  for (let at = 0; at < size; at += 1) writeSync(file, randomBytes(MEBIBYTE));
  closeSync(file);
  execFileSync('age-keygen', ['-o', key], { stdio: 'ignore', env: { ...process.env, PATH: pathWithAge() } });
  const recipient = /age1\S+/.exec(readFileSync(key, 'utf8'))?.[0] ?? '';
  age(['--recipient', recipient, '--output', sealed, archive]);
  const results = new Map<string, (readonly [number, number])[]>();
  const add = (name: string, result: readonly [number, number]) =>
    results.set(name, [...(results.get(name) ?? []), result]);
  for (let turn = 0; turn < 5; turn += 1) {
    for (const [name, program] of Object.entries(PROGRAMS)) add(name, run(program, recipient));
    add('age seals it', [runAge(['--recipient', recipient, archive]), 0]);
    add('age opens it', [runAge(['--decrypt', '--identity', key, sealed]), 0]);
  }
  for (const [name, runs] of results) {
    const cpu = median(runs.map(([seconds]) => seconds));
    const peak = median(runs.map(([, mebibytes]) => mebibytes));
    console.log(
      `${name.padEnd(14)} ${cpu.toFixed(2)} s CPU, ${Math.round(((size / 1024) * 1073.741824) / cpu)} MB/s, peak ${Math.round(peak)} MiB`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
