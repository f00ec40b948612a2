import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where tests keep what they would otherwise download, build or measure again, as the provide.sh scripts do. */
export const CACHE_FOLDER = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'openshift-backup');
