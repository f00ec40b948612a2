/**
 * The code of an error that the operating system gave (ENOENT, EACCES, EIO …),
 * or null for every other error; zlib's errors carry a code too, but no call.
 */
export function systemCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
