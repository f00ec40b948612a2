import { Failure } from '../words/failure.ts';

/**
 * The code of an error of the operating system (ENOENT, EACCES, EIO …), or null for other errors. Errors of zlib
 * also have a code, but no syscall.
 */
export function systemCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC:
    'the volume is full: enlarge it, or keep fewer archives with --retain-days (openshift-backup prune --apply removes old ones now)',
  EDQUOT: 'the quota of the volume is used up: enlarge it, or keep fewer archives with --retain-days',
  EROFS:
    'the volume is mounted read-only: look at the readOnly flags of the volume mount and at the storage itself',
  EACCES:
    'this user may not write there: on Kubernetes set fsGroup, on OpenShift leave the user to the platform; the directory must be writable for group 0',
  EPERM: 'this user may not write there: the directory must be writable for group 0',
  ENOENT: 'there is no such directory: mount the volume there, or name another one with --volume',
  ENOTDIR: '--volume must name a directory',
  EIO: 'the storage reported an error; look at the node and at the storage system',
  ESTALE: 'the NFS server has forgotten the directory; mount the volume again (restart the pod)',
};

/** A file system error with what the user can do. Other errors are returned as they are. */
export function volumeFailure(error: unknown, action: string, volume: string): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  if (code === null) return error;
  return new Failure(`cannot ${action} on ${volume}: ${error.message}`, HINTS[code] ?? null);
}
