/** A call into the file system during which a program gets a signal. */
export interface SignalMoment {
  /** A function of node:fs, or `read`: the one of a file that was opened with node:fs/promises. */
  readonly call: 'openSync' | 'fsyncSync' | 'linkSync' | 'unlinkSync' | 'read';
  /** The signal comes before or after the file system has done it. */
  readonly when: 'before' | 'after';
  /** Which of these calls, from 1; each thread counts its own. */
  readonly count?: number;
  /** Of a call by path: how the path ends. */
  readonly pathEnd?: string;
}

/** More reads than this after a signal mean that the program goes on: it then ends with STILL_READING. */
const MOST_READS_LATER = 500;
export const STILL_READING = 99;

/**
 * The environment with which Node sends a signal to itself at this moment, so that it comes in the middle of the work
 * whatever the speed of the machine. Without a moment, it comes before the program is loaded.
 */
export function signalAt(
  signal: NodeJS.Signals,
  moment: SignalMoment | null,
): { readonly NODE_OPTIONS: string } {
  const code =
    moment === null ? `process.kill(process.pid, ${JSON.stringify(signal)});` : atCall(signal, moment);
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

function atCall(signal: NodeJS.Signals, { call, when, count = 1, pathEnd = '' }: SignalMoment): string {
  return `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const probe = await fs.promises.open('/dev/null');
    const owner = ${call === 'read'} ? Object.getPrototypeOf(probe) : fs;
    await probe.close();
    const real = owner.${call};
    const isMeant = ${pathEnd === ''} ? () => true : (path) => typeof path === 'string' && path.endsWith(${JSON.stringify(pathEnd)});
    let calls = 0;
    owner.${call} = function (...args) {
      if (!isMeant(args[0])) return real.apply(this, args);
      calls += 1;
      if (calls > ${count + MOST_READS_LATER}) process.exit(${STILL_READING});
      const now = calls === ${count};
      if (now && ${when === 'before'}) process.kill(process.pid, ${JSON.stringify(signal)});
      const result = real.apply(this, args);
      if (now && ${when === 'after'}) process.kill(process.pid, ${JSON.stringify(signal)});
      return result;
    };
    syncBuiltinESMExports();`;
}
