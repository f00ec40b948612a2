// Loaded into a measured process with --import: writes what it used when it ends, all its threads and the processes that
// it started together. CPU is the sum; memory is the most that they held at one time, which is what a limit sees.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const file = process.env.USAGE_REPORT;
if (isMainThread && file !== undefined) {
  // A process that was started by a measured one finds this mark, and takes the peak of the other up to now.
  const parent = process.env.USAGE_OF === undefined ? null : Number(process.env.USAGE_OF);
  process.env.USAGE_OF = String(process.pid);
  const before = parent === null ? 0 : peakOf(parent);
  if (parent !== null) forgetPeak(parent);
  process.on('exit', () => {
    const known = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { cpu: 0, rss: 0 };
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    const cpu = known.cpu + (userCPUTime + systemCPUTime) / 1e6;
    const together = peakOf(process.pid) + (parent === null ? 0 : peakOf(parent) - sharedWith(parent));
    writeFileSync(file, JSON.stringify({ cpu, rss: Math.max(known.rss, before, together) }));
    if (parent !== null) forgetPeak(parent);
  });
}

/** In bytes. Not maxRSS: it is no less than what the parent held when it started this process. */
function peakOf(pid) {
  return fieldOf(pid, 'VmHWM');
}

/** The program text of Node.js, which both processes map and a limit counts once. */
function sharedWith(pid) {
  return Math.min(fieldOf(process.pid, 'RssFile'), fieldOf(pid, 'RssFile'));
}

function fieldOf(pid, name) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [, kibibytes = 0] = new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(status) ?? [];
  return Number(kibibytes) * 1024;
}

/** From now on the peak is counted anew (proc(5), clear_refs). */
function forgetPeak(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
