import type { TestEvent } from 'node:test/reporters';

const SHOWN = 15;

/** A reporter for node --test: the files that took longest, so that a slow one is seen before there are many. */
export default async function* slowestFiles(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const seconds = new Map<string, number>();
  for await (const { type, data } of events) {
    if (type !== 'test:summary' || data.file === undefined) continue;
    seconds.set(data.file, data.duration_ms / 1000);
  }
  const slowest = [...seconds].sort(([, a], [, b]) => b - a).slice(0, SHOWN);
  yield 'slowest test files:\n';
  for (const [file, time] of slowest)
    yield `${time.toFixed(1).padStart(7)} s  ${file.replace(`${process.cwd()}/`, '')}\n`;
}
