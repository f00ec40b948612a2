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
 * `npm run bench:upload`: `copy --apply` of one archive to a real S3 server, and the SDK's own upload of the same file, in
 * turn; who is first changes with every round. Prints medians of each, and of the rate of `copy` as a part of the SDK's in
 * the same round. With `--sealed`, also measures `--seal-to`.
 */
const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '256' },
    rounds: { type: 'string', default: '7' },
    sealed: { type: 'boolean', default: false },
  },
});
const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');
const BARE = join(import.meta.dirname, 'bare-upload.ts');
const RECIPIENT = 'age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj';
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
  const runs: Record<string, Measured[]> = { bare: [], copy: [], sealed: [] };
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const bucket = await server.bucket(`round-${round}`);
    const to = (prefix: string) => `s3://${bucket}/${prefix}`;
    const copy = (prefix: string) =>
      [MAIN, 'copy', '--volume', volume, '--to', to(prefix), '--apply'] as const;
    const sides = [
      ['bare', [BARE, server.endpoint, bucket, 'bare.zip', join(volume, file)]],
      ['copy', copy('copy')],
      ...(values.sealed ? [['sealed', [...copy('sealed'), '--seal-to', RECIPIENT]] as const] : []),
    ] as const;
    for (const [name, words] of round % 2 === 0 ? sides : sides.toReversed())
      runs[name]?.push(await measure([process.execPath, ...words], environment, folder, process.pid));
  }
  const { bare = [], ...others } = runs;
  for (const [name, measured] of Object.entries(runs)) {
    if (measured.length === 0) continue;
    const of = (pick: (run: Measured) => number) => median(measured.map(pick));
    const line = `${name.padEnd(7)} ${of(({ wall }) => wall).toFixed(2)} s  ${of(({ cpu }) => cpu).toFixed(2)} CPU s  peak ${(of(({ rss }) => rss) / 2 ** 20).toFixed(0)} MiB`;
    process.stdout.write(`${line}\n`);
  }
  for (const [name, measured] of Object.entries(others)) {
    if (measured.length === 0) continue;
    const ratios = measured.map(({ wall }, round) => (bare[round]?.wall ?? 0) / wall);
    const rates = ratios.map((ratio) => ratio.toFixed(2)).join(' ');
    process.stdout.write(
      `rate of ${name} / rate of the SDK: ${median(ratios).toFixed(2)} (${rates}; target: 0.8)\n`,
    );
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true });
}

/** Writes an archive with one large file that cannot be compressed. */
function writeArchive(directory: string, megabytes: number): void {
  const startedAt = new Date().toISOString();
  const entries = sampleEntries(sampleFiles(), { ...sampleManifest(), startedAt });
  // Entries are text: one hexadecimal digit for each half byte.
  const large = {
    name: 'shop/secrets.json',
    content: randomBytes(megabytes * 2 ** 19).toString('hex'),
    stored: true,
  };
  writeFileSync(join(directory, 'openshift-backup202609200015.zip'), makeZip([large, ...entries]));
}
