import { createHash } from 'node:crypto';
import type { ObjectComparer } from '../changes/object-changes.ts';
import type { Bounds } from '../changes/scaling.ts';
import type { Observation } from '../changes/version-spans.ts';
import { deletionTime } from '../types/deletion.ts';
import { labelsOf } from '../types/labels.ts';
import { type ObjectFile, type ObjectFiles, withoutMetadata } from './object-files.ts';
import { absent, comparedOf, type ObjectLocation, reasonOf } from './object-location.ts';

/**
 * Gives a function that says what an archive tells about an object; files of the same
 * content are looked at once. It never throws for what is wrong with an archive.
 */
export function observer(
  files: ObjectFiles,
  comparer: ObjectComparer,
  bounds: Bounds | null,
): (location: ObjectLocation) => Promise<Observation> {
  const seen = new Map<string, Seen | null>();
  // Identities are as long as the object, and not masked.
  const digest = (bytes: Buffer) =>
    createHash('sha256').update(comparer.identity(bytes, bounds)).digest('hex');
  const look = async (file: ObjectFile): Promise<Seen | null> => {
    const bytes = await files.read(file);
    if (bytes === null) return null;
    const version = digest(bytes);
    const found = { version, content: version, labels: labelsOf(bytes) };
    if (file.entries.metadata === null) return { ...found, beingDeletedSince: undefined };
    const beingDeletedSince = deletionTime(bytes);
    if (beingDeletedSince === null) return { ...found, beingDeletedSince };
    const content = await files.read(withoutMetadata(file));
    return { ...found, content: content === null ? version : digest(content), beingDeletedSince };
  };
  return async (location) => {
    if (location.kind === 'none') return location.observation;
    const { row, manifest, file } = location;
    try {
      const known = seen.get(file.key);
      const found = known === undefined ? await look(file) : known;
      seen.set(file.key, found);
      if (found === null) return absent(row, manifest);
      return { kind: 'present', archive: comparedOf(row), ...found };
    } catch (error) {
      return { kind: 'unknown', archive: comparedOf(row), reason: reasonOf(error) };
    }
  };
}

type Seen = Omit<Extract<Observation, { kind: 'present' }>, 'kind' | 'archive'>;
