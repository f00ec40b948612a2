import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Manifest } from '../archive/format/manifest.ts';
import { sealFile } from '../seal/sealed-file.ts';
import { archiveName, type Naming, plainName } from '../volume/names.ts';
import { datedBy } from '../volume/rotation.ts';
import { Failure } from '../words/failure.ts';
import type { LocalArchive } from './copy-plan.ts';
import { factsOf } from './facts.ts';
import { clusterOf } from './known-copies.ts';
import type { Place } from './open-place.ts';

const MOST_RUNS = 99;

/** A new archive in a temporary directory. */
export interface BuiltArchive {
  readonly directory: string;
  readonly file: string;
  readonly bytes: number;
  readonly manifest: Manifest;
}

/**
 * Stores a new archive in a bucket under the first free name of its stamp. No archive is overwritten.
 *
 * @param recipients [] if it is not sealed
 * @returns the archive with its new name, and the name and size of the object
 * @throws Failure if it cannot be stored, or all names of the stamp are taken; the reason of the signal
 */
export async function storeArchive(
  built: BuiltArchive,
  { store, writer }: Place,
  naming: Naming,
  recipients: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly archive: LocalArchive; readonly name: string; readonly bytes: number }> {
  const { directory, manifest } = built;
  const time = new Date(manifest.startedAt);
  const taken = new Set((await store.list(naming)).map(({ file }) => plainName(file)));
  let path = join(directory, built.file);
  for (let run = 1; run <= MOST_RUNS; run++) {
    const file = archiveName(naming, time, run);
    if (taken.has(file)) continue;
    const named = join(directory, file);
    await rename(path, named);
    path = named;
    const archive = { file, time, bytes: built.bytes, ...datedBy(manifest), cluster: clusterOf(manifest) };
    const facts = factsOf(archive, null);
    const sealed = recipients.length === 0 ? null : await sealFile(path, recipients, signal, facts);
    const { name, bytes } = sealed ?? { name: file, bytes: built.bytes };
    const stored = await writer.store({ name, path: sealed?.path ?? path, bytes, facts });
    await sealed?.discard();
    // If the answer to the first attempt was lost, the second one finds the object.
    if (stored.kind === 'stored' || isDeepStrictEqual(await writer.facts(name), facts))
      return { archive, name, bytes };
  }
  throw new Failure(
    `there are already ${MOST_RUNS} archives with the stamp of ${archiveName(naming, time)}`,
    'choose a more precise --stamp, such as yyyyMMddHHmmss',
  );
}
