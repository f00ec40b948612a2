import { besideOthers } from '../restore-rules/beside-others.ts';
import { printFields } from '../restore-rules/print.ts';
import type { RewriteOptions } from '../restore-rules/rewrite.ts';
import { fieldsOf } from './archive-items.ts';
import type { Sending } from './sending.ts';

const STAYS = { rule: 'shared', text: 'it serves other projects, too: what it holds for them stays' };

/** Why an object is left as it is though the copy of a project is missing in it. */
export const LEFT_TO_OTHERS =
  'it serves other projects, too; --existing update adds what is missing and leaves them theirs';

/**
 * What is sent for an object that is there: with what others have in it, where ours names
 * a project that comes back under another name. The very same where that is not so.
 *
 * @param there its bytes
 */
export function withOthers(sending: Sending, there: Buffer, options: RewriteOptions): Sending {
  // An object of the copy itself serves nobody else.
  if (sending.from !== null) return sending;
  const item = besideOthers(sending.item, fieldsOf(there), options, !sending.dependency);
  if (item === null) return sending;
  return { ...sending, item, body: printFields(item.fields), notes: [...sending.notes, STAYS] };
}
