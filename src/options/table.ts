import { ARCHIVES, MARKS, RETENTION } from './archives.ts';
import type { CommandName } from './commands.ts';
import { CONNECTION } from './connection.ts';
import { COPIES } from './copies.ts';
import type { Option } from './option.ts';
import { ACTION, OUTPUT } from './output.ts';
import { REHEARSAL } from './rehearsal.ts';
import { RESTORE } from './restore.ts';
import { CONTENT, SCOPE } from './scope.ts';
import { STORES } from './stores.ts';

/** The headings under which help lists options, in its order. */
export const GROUPS: readonly { readonly heading: string; readonly options: readonly Option<unknown>[] }[] = [
  { heading: 'What is included:', options: [...Object.values(SCOPE), ...Object.values(CONTENT)] },
  {
    heading: 'What is done:',
    options: [...Object.values(ACTION), ...Object.values(RESTORE), ...Object.values(REHEARSAL)],
  },
  { heading: 'Retention:', options: [...Object.values(RETENTION), ...Object.values(MARKS)] },
  { heading: 'Archives:', options: [...Object.values(ARCHIVES), ...Object.values(STORES)] },
  { heading: 'Copies:', options: Object.values(COPIES) },
  { heading: 'Cluster:', options: Object.values(CONNECTION) },
  { heading: 'Output:', options: Object.values(OUTPUT) },
];

/** Every option of every command, in the order of help. A flag may be several options, of different commands. */
export const OPTIONS: readonly Option<unknown>[] = GROUPS.flatMap(({ options }) => options);

/** The options that a command takes. */
export function optionsOf(command: CommandName): readonly Option<unknown>[] {
  return OPTIONS.filter(({ commands }) => commands.includes(command));
}
