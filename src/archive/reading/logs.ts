import { type LogPath, logPathOf } from '../../types/archive-paths.ts';
import type { ArchiveEntry } from './entries.ts';
import type { ArchiveReader } from './reader.ts';

/** The log of a container in an archive. */
export interface LogFile {
  readonly logPath: LogPath;
  readonly entry: ArchiveEntry;
}

/** The logs of a project, by pod and container. Throws Damage, Unreadable. */
export async function logFiles(archive: ArchiveReader, project: string): Promise<LogFile[]> {
  const files = (await archive.entries()).flatMap((entry) => {
    const logPath = logPathOf(entry.name);
    return logPath?.project === project ? [{ logPath, entry }] : [];
  });
  return files.sort((a, b) => (a.entry.name < b.entry.name ? -1 : 1));
}
