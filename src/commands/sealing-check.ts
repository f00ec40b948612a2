import type { Config } from '../config.ts';
import { Failure } from '../words/failure.ts';

/**
 * Checks `--seal-to` before anything is done: a backup takes long, and a person who asks for a seal must not get
 * archives without one.
 *
 * @throws Failure (usage) for a recipient that is not whole, and where nothing would be sealed
 */
export async function checkSealing({ command, sealTo, volume, copyTo }: Config): Promise<void> {
  if (sealTo.length === 0) return;
  const { checkRecipients } = await import('../seal/keys.ts');
  checkRecipients(sealTo);
  if (command === 'backup' && volume.kind === 'directory' && copyTo.length === 0)
    throw new Failure(
      `--seal-to seals copies, and archives in a bucket; archives in ${volume.text} are not sealed`,
      'give the place of the copies with --copy-to, or leave out --seal-to',
      'usage',
    );
}
