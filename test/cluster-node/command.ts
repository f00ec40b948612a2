import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Runs a program to its end and returns its stdout, trimmed. Throws an Error with the command line and all that
 * the program wrote where it ends with anything but 0.
 */
export async function command(program: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 2 ** 26 });
    return stdout.trim();
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')}: ${stderr}${stdout}`.trim() || String(error), {
      cause: error,
    });
  }
}

/** True where the program ends with 0. */
export async function succeeds(program: string, ...args: string[]): Promise<boolean> {
  return command(program, ...args).then(
    () => true,
    () => false,
  );
}
