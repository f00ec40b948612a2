import type { Ending } from '../exit.ts';
import { rotationJson, rotationText } from '../output/prune.ts';
import { removeOrphans, rotate } from '../volume/rotation.ts';
import { archivesOf, noArchivesText } from './archives.ts';
import type { Context } from './context.ts';
import { printDocument } from './printing.ts';
import { retentionPolicy } from './retention-policy.ts';

/**
 * Applies the retention policy, and removes results of rehearsals whose archive is gone; without --apply, reports what
 * it would remove, with the reason for each file. `-o json` is what rotationJson documents. Ends `failed` if a file
 * could not be removed.
 */
export async function prune(context: Context): Promise<Ending> {
  const { config, print, now } = context;
  const archives = await archivesOf(context);
  const policy = retentionPolicy(config);
  const rotated = await rotate(archives.store, config, policy, now(), config.apply);
  const orphans = await removeOrphans(archives.store, config, config.apply);
  const rotation = {
    keep: rotated.keep,
    remove: [...rotated.remove, ...orphans.remove],
    failed: [...rotated.failed, ...orphans.failed],
  };
  if (config.output !== 'text') printDocument(context, rotationJson(rotation, config.apply));
  else if (rotation.keep.length + rotation.remove.length === 0) {
    print(`${noArchivesText(archives)}\n`);
  } else print(rotationText(rotation, config.apply));
  return rotation.failed.length > 0 ? 'failed' : 'done';
}
