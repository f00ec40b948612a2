import { readFileSync } from 'node:fs';

/**
 * The most memory that this process has held at a time, resident, in bytes. The maxRSS of getrusage() is
 * no less than what the parent held when it started this process (Linux keeps it across exec), so it
 * is used only if the kernel does not report the peak of the program itself.
 */
export function peakMemory(): number {
  return peakIn(ownStatus()) ?? process.resourceUsage().maxRSS * 1024;
}

/** The peak in a `/proc/PID/status`, in bytes; null if it has none. */
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
