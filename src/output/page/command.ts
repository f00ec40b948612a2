import type { ObjectName } from '../../changes/change.ts';
import { CLUSTER } from '../../types/cluster-folder.ts';

/**
 * A command that shows what a page has no room for, for a POSIX shell.
 *
 * @param words `diff`, and what follows it
 */
export function commandText(words: readonly string[]): string {
  return ['openshift-backup', ...words].map(quoted).join(' ');
}

/** What narrows `diff` to one object. */
export function narrowedTo({ project, type, name }: ObjectName): readonly string[] {
  return [type, name, '-p', project ?? CLUSTER];
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_./:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
