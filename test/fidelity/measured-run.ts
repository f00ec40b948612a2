import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CliRun, runCli } from '../cluster/run-cli.ts';

const USAGE = fileURLToPath(new URL('../../bench/usage-report.mjs', import.meta.url));

/** Runs the program and tells the most memory it held, all its threads together, in bytes. */
export async function runMeasured(words: readonly string[]): Promise<CliRun & { readonly peak: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'usage-'));
  const USAGE_REPORT = join(folder, 'usage.json');
  try {
    const run = await runCli(words, { environment: { USAGE_REPORT, NODE_OPTIONS: `--import ${USAGE}` } });
    const { rss }: { rss: number } = JSON.parse(readFileSync(USAGE_REPORT, 'utf8'));
    return { ...run, peak: rss };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
