import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

const SHOWN = 15;

/**
 * A reporter for node --test: prints the files that took longest, so that slow ones are noticed early, and writes
 * the seconds of all files to the JSON file in TEST_TIMES, from which run.ts starts the longest ones first.
 */
export default async function* slowestFiles(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const seconds = new Map<string, number>();
  for await (const { type, data } of events) {
    if (type !== 'test:summary' || data.file === undefined) continue;
    seconds.set(relative(process.cwd(), data.file), data.duration_ms / 1000);
  }
  const slowest = [...seconds].sort(([, a], [, b]) => b - a);
  const { TEST_TIMES } = process.env;
  if (TEST_TIMES !== undefined) writeFileSync(TEST_TIMES, JSON.stringify(Object.fromEntries(slowest)));
  yield 'slowest test files:\n';
  for (const [file, time] of slowest.slice(0, SHOWN)) yield `${time.toFixed(1).padStart(7)} s  ${file}\n`;
}
