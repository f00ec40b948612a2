import type { Copy, LocalArchive } from './copy-plan.ts';
import type { ObjectFacts } from './place-writer.ts';

/**
 * What is stored with each copy: as much as retention needs to know. So a job that holds no key can apply retention
 * to sealed copies, too. Nothing here is secret.
 *
 * @param from see Copy
 */
export function factsOf(archive: LocalArchive, from: Date | null): ObjectFacts {
  const { time, bytes, complete, heldUntil, expires, cluster } = archive;
  return {
    time: time.toISOString(),
    bytes: String(bytes),
    complete: String(complete),
    // The uid says more, and the server's name is nobody else's business.
    ...(cluster.uid === null ? { server: cluster.server } : { cluster: cluster.uid }),
    ...(heldUntil === null ? {} : { held: heldUntil === 'forever' ? heldUntil : heldUntil.toISOString() }),
    ...(expires === null ? {} : { expires: expires.toISOString() }),
    ...(from === null ? {} : { from: from.toISOString() }),
  };
}

/** Reads the facts of a copy. Null if they are not what factsOf writes: somebody else stored the object. */
export function parseFacts(facts: ObjectFacts): Omit<Copy, 'file'> | null {
  const time = timeOf(facts.time);
  const bytes = Number(facts.bytes);
  const isComplete = facts.complete === 'true';
  if (time === null || !/^\d{1,15}$/.test(facts.bytes ?? '')) return null;
  if (!isComplete && facts.complete !== 'false') return null;
  if (facts.cluster === undefined && facts.server === undefined) return null;
  const held = facts.held === undefined || facts.held === 'forever' ? facts.held : timeOf(facts.held);
  const expires = facts.expires === undefined ? undefined : timeOf(facts.expires);
  // A date that cannot be read must not shorten the life of a copy.
  if (held === null || expires === null) return null;
  const cluster = { uid: facts.cluster ?? null, server: facts.server ?? '' };
  return {
    time,
    bytes,
    from: timeOf(facts.from),
    known: { complete: isComplete, heldUntil: held ?? null, expires: expires ?? null, cluster },
  };
}

function timeOf(text: string | undefined): Date | null {
  const time = new Date(text ?? '');
  return Number.isNaN(time.getTime()) || time.toISOString() !== text ? null : time;
}
