import type { ObjectChange } from '../changes/change.ts';
import { hashedName } from '../changes/hashed-name.ts';

/** Longer hashes are cut; those of kustomize have ten characters. */
const LONGEST = 16;
/** What is left of them. */
const CUT = 8;

/**
 * What an object is called in a listing: `web`, `app-config-2b4c6dh8k9 → app-config-7h8k9f2m4t`
 * where the hash in its name changed.
 *
 * @param hasOtherNames of an object that was renamed alike in several projects, each with
 *   hashes of its own: `app-config-…`
 */
export function objectTitle({ name, renamedFrom }: ObjectChange, hasOtherNames = false): string {
  if (renamedFrom === undefined) return name;
  if (hasOtherNames) return `${hashedName(name)?.stem ?? ''}…`;
  const [before, after] = [shortened(renamedFrom), shortened(name)];
  return before === after ? `${renamedFrom} → ${name}` : `${before} → ${after}`;
}

function shortened(name: string): string {
  const parts = hashedName(name);
  if (parts === null || parts.hash.length <= LONGEST) return name;
  return `${parts.stem}${parts.hash.slice(0, CUT)}…`;
}
