import { readFileSync } from 'node:fs';

/**
 * The most memory that this process has held at a time, resident, in bytes. The maxRSS of getrusage() is
 * no less than what the parent held when it started this process (Linux keeps it across exec), so it
 * is used only if the kernel does not report the peak of the program itself.
 */
export function peakMemory(): number {
  return fieldOf(statusOf('self'), 'VmHWM') ?? process.resourceUsage().maxRSS * 1024;
}

/**
 * The same without the pages of mapped files: some 55 MiB of program text, which the process that started
 * this one has in memory, too. A container's limit counts them once.
 */
export function peakMemoryWithoutFiles(): number {
  const status = statusOf('self');
  const peak = fieldOf(status, 'VmHWM');
  return peak === null ? peakMemory() : peak - (fieldOf(status, 'RssFile') ?? 0);
}

/** The resident memory of another process at this moment, in bytes; null if it has ended, or the system does not report it. */
export function memoryOf(pid: number): number | null {
  return fieldOf(statusOf(String(pid)), 'VmRSS');
}

/** A field of a `/proc/PID/status`, in bytes; null if there is none. */
function fieldOf(status: string, name: 'VmHWM' | 'VmRSS' | 'RssFile'): number | null {
  const kibibytes = new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

function statusOf(process: string): string {
  try {
    return readFileSync(`/proc/${process}/status`, 'utf8');
  } catch {
    // Only Linux has it, and only of processes that run.
    return '';
  }
}
