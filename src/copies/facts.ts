import type { Copy, LocalArchive } from './copy-plan.ts';
import type { ObjectFacts } from './place-writer.ts';

/** Characters of a uid or of the URL of a server. Anyone who can write to a place can store longer texts with each copy. */
const LONGEST = 2048;

/**
 * What is stored with each copy: everything that retention needs to know, so that a job without an identity can apply
 * retention to sealed copies. Nothing in it is secret.
 *
 * @param from see Copy
 */
export function factsOf(archive: LocalArchive, from: Date | null): ObjectFacts {
  const { time, bytes, complete, heldUntil, expires, cluster } = archive;
  return {
    time: time.toISOString(),
    bytes: String(bytes),
    complete: String(complete),
    // The uid identifies a cluster better than the name of its server, which is not needed then.
    ...(cluster.uid === null ? { server: cluster.server } : { cluster: cluster.uid }),
    ...(heldUntil === null ? {} : { held: heldUntil === 'forever' ? heldUntil : heldUntil.toISOString() }),
    ...(expires === null ? {} : { expires: expires.toISOString() }),
    ...(from === null ? {} : { from: from.toISOString() }),
  };
}

/** Reads the facts of a copy. Null if they are not what factsOf writes: another program stored the object. */
export function parseFacts(facts: ObjectFacts): Omit<Copy, 'file'> | null {
  const time = timeOf(facts.time);
  const bytes = Number(facts.bytes);
  const isComplete = facts.complete === 'true';
  if (time === null || !/^\d{1,15}$/.test(facts.bytes ?? '')) return null;
  if (!isComplete && facts.complete !== 'false') return null;
  if (facts.cluster === undefined && facts.server === undefined) return null;
  if ([facts.cluster, facts.server].some((text = '') => text.length > LONGEST)) return null;
  const held = facts.held === undefined || facts.held === 'forever' ? facts.held : timeOf(facts.held);
  const expires = facts.expires === undefined ? undefined : timeOf(facts.expires);
  // If a date cannot be read, the copy must not be removed earlier.
  if (held === null || expires === null) return null;
  const cluster = { uid: facts.cluster ?? null, server: facts.server ?? '' };
  return {
    time,
    bytes,
    from: fromIn(facts),
    known: { complete: isComplete, heldUntil: held ?? null, expires: expires ?? null, cluster },
  };
}

/** See Copy.from. Null if the facts do not contain it. */
export function fromIn({ from }: ObjectFacts): Date | null {
  return timeOf(from);
}

function timeOf(text: string | undefined): Date | null {
  const time = new Date(text ?? '');
  return Number.isNaN(time.getTime()) || time.toISOString() !== text ? null : time;
}
