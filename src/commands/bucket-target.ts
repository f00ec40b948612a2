import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeArchive } from '../copies/bucket-archive.ts';
import type { LocalArchive } from '../copies/copy-plan.ts';
import { rotateCopies } from '../copies/copy-rotation.ts';
import { openPlace, type Place } from '../copies/open-place.ts';
import type { BucketLocation } from '../volume/location.ts';
import { Failure } from '../words/failure.ts';
import { storeOptions } from './archives.ts';
import type { BackupTarget, TargetRotation } from './backup-target.ts';
import type { Context } from './context.ts';
import { retentionPolicy } from './retention-policy.ts';

/** A bucket as the place of new archives; see openTarget. Throws Failure. */
export async function bucketTarget(context: Context, volume: BucketLocation): Promise<BackupTarget> {
  const { config, signal } = context;
  const place = await openPlace(volume, storeOptions(config), signal);
  await place.store.list(config);
  const directory = await mkdtemp(join(tmpdir(), 'openshift-backup-'));
  let stored: LocalArchive | null = null;
  return {
    directory,
    store: async ({ archive: file, bytes }, manifest) => {
      const built = { directory, file, bytes, manifest };
      const { archive, ...object } = await storeArchive(built, place, config, config.sealTo, signal);
      stored = archive;
      return { archive: object.name, file: `${volume.text}/${object.name}`, bytes: object.bytes };
    },
    rotate: () => rotateBucket(context, place, stored),
    close: async () => {
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** As for copies: archives of other clusters are not touched, and the time of sealed ones is read from the object's metadata. */
async function rotateBucket(
  { config, now, signal }: Context,
  place: Place,
  stored: LocalArchive | null,
): Promise<TargetRotation> {
  const local = stored === null ? [] : [stored];
  const job = { place, naming: config, now, deadline: signal };
  const expected = local.map(({ file }) => file);
  const { rotation, unrotated } = await rotateCopies(job, local, retentionPolicy(config), expected);
  if (rotation === null) throw new Failure(unrotated ?? 'nothing was decided');
  const { refused, ...rest } = rotation;
  return { ...rest, failed: refused };
}
