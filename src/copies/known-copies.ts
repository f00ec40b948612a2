import pMap from 'p-map';
import type { Manifest } from '../archive/format/manifest.ts';
import type { ArchiveStore, StoredArchive } from '../volume/archive-store.ts';
import { type CatalogueRow, readManifest } from '../volume/catalogue.ts';
import { isSealedName, type Naming, plainName } from '../volume/names.ts';
import type { Ruling } from '../volume/retention.ts';
import { datedBy } from '../volume/rotation.ts';
import type { Copy, LocalArchive } from './copy-plan.ts';
import { parseFacts } from './facts.ts';
import type { PlaceWriter } from './place-writer.ts';

/** As for manifests: most of the time is waiting. */
const AT_ONCE = 8;

/** A copy, and the object that holds it. */
export interface FoundCopy extends Copy {
  /** With the ending of a seal. */
  readonly name: string;
  /** Whether the result of a rehearsal is beside it. */
  readonly hasRehearsal: boolean;
}

/**
 * The archives in a place for copies, with what was stored beside them. If somebody else stored an archive, its
 * manifest is read, unless it is sealed.
 *
 * @throws Failure if the listing is not complete, or the place cannot be reached
 */
export async function findCopies(
  store: ArchiveStore,
  writer: PlaceWriter,
  naming: Naming,
): Promise<readonly FoundCopy[]> {
  const copy = async (archive: StoredArchive) => ({
    ...(await copyOf(archive, writer)),
    hasRehearsal: archive.hasRehearsal === true,
  });
  return await pMap(await store.list(naming), copy, { concurrency: AT_ONCE });
}

async function copyOf(archive: StoredArchive, writer: PlaceWriter): Promise<Omit<FoundCopy, 'hasRehearsal'>> {
  const { file: name, stampTime, bytes } = archive;
  const isSealed = isSealedName(name);
  const file = plainName(name);
  const facts = await writer.facts(name);
  const known = facts === null ? null : parseFacts(facts);
  // A copy that was cut off later has its facts still.
  if (known !== null) return { name, file, ...known, bytes: isSealed ? known.bytes : bytes };
  if (isSealed) return { name, file, time: stampTime, bytes: null, from: null, known: null };
  const reading = await readManifest(archive);
  if (reading.kind !== 'manifest') return { name, file, time: stampTime, bytes, from: null, known: null };
  const { manifest } = reading;
  return {
    name,
    file,
    time: new Date(manifest.startedAt),
    bytes,
    from: null,
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

/** The cluster that an archive was made of. */
export function clusterOf({ cluster }: Manifest): LocalArchive['cluster'] {
  return { uid: cluster.uid, server: cluster.server };
}
