import type { Manifest } from '../archive/format/manifest.ts';
import type { Published } from '../archive/writing/writer.ts';
import { type Rotation, rotate } from '../volume/rotation.ts';
import { archivesOf } from './archives.ts';
import type { Context } from './context.ts';
import { retentionPolicy } from './retention-policy.ts';

/** What a rotation did; `hidden` are versions that a bucket keeps. */
export type TargetRotation = Rotation & { readonly hidden: readonly string[] };

/** Where a backup puts its archive. */
export interface BackupTarget {
  /** The directory in which the archive is built. */
  readonly directory: string;
  /** Stores the archive. What is published, with the name that it got. Throws Failure. */
  store(published: Published, manifest: Manifest): Promise<Published>;
  /** Removes old archives. Throws Failure. */
  rotate(): Promise<TargetRotation>;
  /** Removes what was only needed to build the archive. */
  close(): Promise<void>;
}

/**
 * The place that `--volume` names. For a bucket, the archive is built in a temporary directory, and the bucket is listed
 * first, so that wrong credentials are noticed before an export that takes long.
 *
 * @throws Failure
 */
export async function openTarget(context: Context): Promise<BackupTarget> {
  const { volume } = context.config;
  if (volume.kind === 'bucket')
    return await (await import('./bucket-target.ts')).bucketTarget(context, volume);
  return {
    directory: volume.text,
    store: async (published) => published,
    rotate: async () => {
      const { config, now } = context;
      const { store } = await archivesOf(context);
      const rotation = await rotate(store, config, retentionPolicy(config), now(), true);
      return { ...rotation, hidden: [] };
    },
    close: async () => {},
  };
}
