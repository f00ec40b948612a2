import { jsonText, printable } from './printable.ts';
import { size } from './size.ts';

/** What `extract` wrote. */
export interface Extracted {
  readonly archive: string;
  /** Null for cluster-scoped types. */
  readonly project: string | null;
  readonly directory: string;
  /** By path in the directory. */
  readonly files: ReadonlyArray<{ readonly file: string; readonly bytes: number }>;
}

/** A line for the directory. */
export function extractedText({ archive, project, directory, files }: Extracted): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const what = project ?? 'cluster-scoped types';
  return `${printable(`${directory}: ${what} of ${archive}, ${files.length} files, ${size(bytes)}`)}\n`;
}

/** `archive` (file name), `project` (null for cluster-scoped types), `directory`, and `files`, a list of `file` and `bytes`. */
export function extractedJson({ archive, project, directory, files }: Extracted): string {
  return jsonText({ archive, project, directory, files });
}
