import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sampleEntries, sampleFiles, sampleManifest } from '../test/archive/sample.ts';
import { makeZip } from '../test/archive/zip-maker.ts';
import { S3_KEYS, startS3Server } from '../test/stores/s3-server.ts';
import { type Measured, measure } from './measure.ts';
import { median } from './table.ts';

/**
 * `npm run bench:upload`: `copy --apply` of one archive to a real S3 server, and the SDK's own upload of the same file,
 * in turn. Prints both sides from one run.
 */
const { values } = parseArgs({
  options: { megabytes: { type: 'string', default: '256' }, rounds: { type: 'string', default: '5' } },
});
const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');
const BARE = join(import.meta.dirname, 'bare-upload.ts');
const folder = mkdtempSync(join(tmpdir(), 'openshift-backup-bench-'));
const server = await startS3Server();
try {
  const volume = join(folder, 'volume');
  mkdirSync(volume);
  writeArchive(volume, Number(values.megabytes));
  const [file = ''] = readdirSync(volume);
  const environment = {
    AWS_ACCESS_KEY_ID: S3_KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: S3_KEYS.secretAccessKey,
    OPENSHIFT_BACKUP_S3_ENDPOINT: server.endpoint,
  };
  const [ours, bare, sealed]: Measured[][] = [[], [], []];
  const recipient = 'age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj';
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const bucket = await server.bucket(`round-${round}`);
    const run = (words: readonly [string, ...string[]]) => measure(words, environment, folder, process.pid);
    bare?.push(await run([process.execPath, BARE, server.endpoint, bucket, 'bare.zip', join(volume, file)]));
    const copy = (prefix: string, ...more: readonly string[]) =>
      run([
        process.execPath,
        MAIN,
        'copy',
        '--volume',
        volume,
        '--to',
        `s3://${bucket}/${prefix}`,
        '--apply',
        ...more,
      ]);
    ours?.push(await copy('ours'));
    sealed?.push(await copy('sealed', '--seal-to', recipient));
  }
  for (const [name, runs] of [
    ['bare', bare],
    ['ours', ours],
    ['sealed', sealed],
  ] as const) {
    const of = (pick: (run: Measured) => number) => median((runs ?? []).map(pick));
    const line = `${name.padEnd(8)} ${of(({ wall }) => wall).toFixed(2)} s  ${of(({ cpu }) => cpu).toFixed(2)} CPU s  ${(of(({ rss }) => rss) / 2 ** 20).toFixed(0)} MiB`;
    process.stdout.write(`${line}\n`);
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true });
}

/** An archive with one large file that cannot be compressed. */
function writeArchive(directory: string, megabytes: number): void {
  const startedAt = new Date().toISOString();
  const entries = sampleEntries(sampleFiles(), { ...sampleManifest(), startedAt });
  // Text, since entries are: a digit of base 16 for half a byte.
  const large = {
    name: 'shop/secrets.json',
    content: randomBytes(megabytes * 2 ** 19).toString('hex'),
    stored: true,
  };
  writeFileSync(join(directory, 'openshift-backup202609200015.zip'), makeZip([large, ...entries]));
}
