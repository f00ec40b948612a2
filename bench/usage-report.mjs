// Loaded into a measured process with --import: writes what it used, all threads together, when it ends. Processes that
// it started have ended and written theirs before; the sum of their peaks is at least what they held at one time.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const file = process.env.USAGE_REPORT;
if (isMainThread && file !== undefined) {
  process.on('exit', () => {
    const started = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { cpu: 0, rss: 0 };
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const cpu = started.cpu + (userCPUTime + systemCPUTime) / 1e6;
    writeFileSync(file, JSON.stringify({ cpu, rss: started.rss + maxRSS * 1024 }));
  });
}
