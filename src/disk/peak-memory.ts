import { readFileSync } from 'node:fs';

/**
 * The most memory that this process has held at a time, resident, in bytes. The maxRSS of getrusage() is
 * no less than what the parent held when it started this process (Linux keeps it across exec), so it
 * counts only where the kernel does not tell the peak of the program itself.
 */
export function peakMemory(): number {
  return peakIn(ownStatus()) ?? process.resourceUsage().maxRSS * 1024;
}

/** The peak that a `/proc/PID/status` tells, in bytes; null where it tells none. */
function peakIn(status: string): number | null {
  const kibibytes = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

function ownStatus(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8');
  } catch {
    // Only Linux has it.
    return '';
  }
}
