import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const INPUTS = ['src', 'build', 'package.json', 'package-lock.json'];

/**
 * The program as users run it, dist/main.js. It starts four times as fast as the sources. The first import in a
 * process builds it if a source has changed since the last build, so that no test runs an old program.
 */
export const PROGRAM = join(ROOT, 'dist/main.js');

if (INPUTS.some((input) => newest(join(ROOT, input)) >= builtAt()))
  execFileSync(process.execPath, [join(ROOT, 'build/bundle.ts')], { stdio: ['ignore', 'ignore', 'inherit'] });

function builtAt(): number {
  return statSync(PROGRAM, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** When a file, or anything in a directory, was last changed; a removed file changes its directory. */
function newest(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  const entries = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return Math.max(stats.mtimeMs, ...entries.map((entry) => statSync(join(path, entry)).mtimeMs));
}
