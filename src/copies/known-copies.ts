import pMap from 'p-map';
import type { Manifest } from '../archive/format/manifest.ts';
import { isSealedSize } from '../seal/payload.ts';
import type { ArchiveStore, StoredArchive } from '../volume/archive-store.ts';
import { type CatalogueRow, readManifest } from '../volume/catalogue.ts';
import { isSealedName, type Naming, plainName } from '../volume/names.ts';
import type { Ruling } from '../volume/retention.ts';
import { datedBy } from '../volume/rotation.ts';
import type { Copy, LocalArchive } from './copy-plan.ts';
import { fromIn, parseFacts } from './facts.ts';
import type { PlaceWriter } from './place-writer.ts';

/** Most of the time is waiting, as for manifests. */
const AT_ONCE = 8;

/** A copy, and the object that contains it. */
export interface FoundCopy extends Copy {
  /** With `.age` if it is sealed. */
  readonly name: string;
  /** Whether the place has the result of a rehearsal of this copy. */
  readonly hasRehearsal: boolean;
}

/**
 * The archives in a place, with the facts that were stored with them. If another program stored an archive, its manifest is
 * read, unless it is sealed.
 *
 * @throws Failure if the listing is not complete, or the place cannot be reached
 */
export async function findCopies(
  store: ArchiveStore,
  writer: PlaceWriter,
  naming: Naming,
): Promise<readonly FoundCopy[]> {
  return await pMap(await store.list(naming), (archive) => copyOf(archive, writer), { concurrency: AT_ONCE });
}

async function copyOf(archive: StoredArchive, writer: PlaceWriter): Promise<FoundCopy> {
  const { file: name, stampTime, bytes, hasRehearsal = false } = archive;
  const found = { name, file: plainName(name), hasRehearsal };
  const facts = (await writer.facts(name)) ?? {};
  const known = parseFacts(facts);
  const unknown = { ...found, time: stampTime, from: null, known: null };
  // If a copy was cut off or replaced later, its facts describe another file.
  if (isSealedName(name)) {
    if (known === null) return { ...unknown, bytes: null };
    return isSealedSize(bytes, known.bytes ?? 0) ? { ...found, ...known } : { ...unknown, bytes };
  }
  if (known !== null && known.bytes === bytes) return { ...found, ...known };
  const reading = await readManifest(archive);
  if (reading.kind !== 'manifest') return { ...unknown, bytes };
  const { manifest } = reading;
  return {
    ...found,
    time: new Date(manifest.startedAt),
    bytes,
    from: fromIn(facts),
    known: { ...datedBy(manifest), cluster: clusterOf(manifest) },
  };
}

/** The archives of a catalogue that can be copied, and why the others cannot. */
export function copyable(catalogue: readonly CatalogueRow[]): {
  readonly local: readonly LocalArchive[];
  readonly unfit: readonly Ruling[];
} {
  const local: LocalArchive[] = [];
  const unfit: Ruling[] = [];
  for (const { archive, reading, time } of catalogue) {
    const { file, bytes } = archive;
    if (reading.kind !== 'manifest') unfit.push({ file, reason: `it is ${reading.kind}: ${reading.reason}` });
    else if (isSealedName(file)) unfit.push({ file, reason: 'it is sealed already' });
    else {
      const { manifest } = reading;
      local.push({ file, time, bytes, ...datedBy(manifest), cluster: clusterOf(manifest) });
    }
  }
  return { local, unfit };
}

/** The cluster of an archive. */
export function clusterOf({ cluster }: Manifest): LocalArchive['cluster'] {
  return { uid: cluster.uid, server: cluster.server };
}
