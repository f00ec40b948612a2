import { readFileSync } from 'node:fs';

/** The style of the pages. */
export const STYLE = ['page.css', 'changes.css', 'print.css'].map(textOf).join('\n');

/** What a page does in a browser that runs scripts. */
export const SCRIPT = textOf('page.js');

/** A file next to this one. The bundle has no such files: the build defines the values above instead. */
function textOf(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}
