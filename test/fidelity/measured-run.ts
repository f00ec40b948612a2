import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CliRun, runCli } from '../cluster/run-cli.ts';

const USAGE = fileURLToPath(new URL('../../bench/usage-report.mjs', import.meta.url));

/** The program as it is installed; `npm run build` makes it. */
const SHIPPED = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Runs the program as it is installed, by its own first line; see runMeasured. */
export async function runShipped(words: readonly string[]): Promise<CliRun & { readonly peak: number }> {
  return await measured((environment) => runCli(words, { environment, program: [SHIPPED] }));
}

/** Runs the program and tells the most memory it held, all its threads and processes together, in bytes. */
export async function runMeasured(words: readonly string[]): Promise<CliRun & { readonly peak: number }> {
  return await measured((environment) => runCli(words, { environment }));
}

async function measured(
  runWith: (environment: Readonly<Record<string, string>>) => Promise<CliRun>,
): Promise<CliRun & { readonly peak: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'usage-'));
  const USAGE_REPORT = join(folder, 'usage.json');
  try {
    const run = await runWith({ USAGE_REPORT, NODE_OPTIONS: `--import ${USAGE}` });
    const { rss }: { rss: number } = JSON.parse(readFileSync(USAGE_REPORT, 'utf8'));
    return { ...run, peak: rss };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
