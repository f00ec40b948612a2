// Loaded into a measured process with --import: writes what it used, all threads together, when it ends. Processes that
// it started have ended and written theirs before; the sum of their peaks is at least what they held at one time.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const file = process.env.USAGE_REPORT;
if (isMainThread && file !== undefined) {
  process.on('exit', () => {
    const started = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { cpu: 0, rss: 0 };
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    // Not maxRSS: it is no less than what the parent held when it started this process.
    const [, peak] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    const cpu = started.cpu + (userCPUTime + systemCPUTime) / 1e6;
    writeFileSync(file, JSON.stringify({ cpu, rss: started.rss + Number(peak) * 1024 }));
  });
}
