import { jsonText } from './print/json.ts';
import { printable } from './print/printable.ts';
import { counted, size } from './print/units.ts';

/** What `extract` wrote. */
export interface Extracted {
  readonly archive: string;
  /** Null for cluster-scoped types. */
  readonly project: string | null;
  /** The directory or zip file. */
  readonly to: string;
  readonly isZip: boolean;
  /** Paths inside it. */
  readonly files: ReadonlyArray<{ readonly file: string; readonly bytes: number }>;
}

/** A line for the directory or zip. */
export function extractedText({ archive, project, to, files }: Extracted): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const what = project === null ? 'cluster-scoped types' : `project ${project}`;
  return `${printable(`${to}: ${what} from ${archive}, ${counted(files.length, 'file')}, ${size(bytes)}`)}\n`;
}

/**
 * `archive` (file name), `project` (null for cluster-scoped types), `directory` or `zip` (where
 * the files are), and `files`, a list of `file` and `bytes`.
 */
export function extractedJson({ archive, project, to, isZip, files }: Extracted): string {
  return jsonText({ archive, project, ...(isZip ? { zip: to } : { directory: to }), files });
}
