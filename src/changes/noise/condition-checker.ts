import { itemsOf, memberOf, membersOf, textAt } from '../../json/members.ts';
import { OPEN_LIST, OPEN_OBJECT, skipSpace } from '../../json/scan.ts';
import type { Condition } from './row.ts';

const TRUE = 0x74;

/**
 * Checks conditions on one version of an object, and searches its bytes only when necessary:
 * most rows need only the metadata.
 */
export class ConditionChecker {
  readonly #bytes: Buffer;
  /** Found on demand, since that means reading the whole object. */
  #metadataAt: number | null | undefined;
  #labels: ReadonlyMap<string, string> | null = null;
  #annotations: ReadonlySet<string> | null = null;

  /** @param bytes a valid document (see documentMistake) */
  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether a condition holds; false for one about other objects, which the caller checks. */
  meets(condition: Condition): boolean {
    // Few objects contain the words of a condition; the others need not be parsed.
    return this.#bytes.includes(markOf(condition)) && this.#isMet(condition);
  }

  #isMet(condition: Condition): boolean {
    switch (condition.kind) {
      case 'label': {
        this.#labels ??= new Map(this.#texts('labels'));
        const value = this.#labels.get(condition.key);
        return condition.value === undefined ? value !== undefined : value === condition.value;
      }
      case 'annotation': {
        this.#annotations ??= new Set(this.#texts('annotations').map(([key]) => key));
        if (!condition.key.endsWith('*')) return this.#annotations.has(condition.key);
        const prefix = condition.key.slice(0, -1);
        return [...this.#annotations].some((key) => key.startsWith(prefix));
      }
      case 'field':
        return textAt(this.#bytes, this.#at(condition.path)) === condition.value;
      case 'owner':
        return this.#owners().some(
          (at) =>
            condition.kinds.includes(this.#kindOf(at)) &&
            (textAt(this.#bytes, memberOf(this.#bytes, at, 'name')) ?? '').startsWith(condition.name ?? ''),
        );
      case 'controlled':
        return this.#owners().some((at) => {
          const controller = memberOf(this.#bytes, at, 'controller');
          return controller !== null && this.#bytes[controller] === TRUE;
        });
      case 'addresses of pods':
        return this.#hasAddressesOfPods();
      case 'service with selector':
        return false;
    }
  }

  #inMetadata(field: string): number | null {
    if (this.#metadataAt === undefined) this.#metadataAt = this.#at(['metadata']);
    return this.#metadataAt === null ? null : memberOf(this.#bytes, this.#metadataAt, field);
  }

  #owners(): number[] {
    const at = this.#inMetadata('ownerReferences');
    return this.#items(at);
  }

  /** `Deployment.apps`; `Pod` for a kind of the core group. */
  #kindOf(owner: number): string {
    const kind = textAt(this.#bytes, memberOf(this.#bytes, owner, 'kind')) ?? '';
    const [group, version] = (textAt(this.#bytes, memberOf(this.#bytes, owner, 'apiVersion')) ?? '').split(
      '/',
    );
    return version === undefined ? kind : `${kind}.${group}`;
  }

  #hasAddressesOfPods(): boolean {
    let found = false;
    for (const subset of this.#items(this.#at(['subsets']))) {
      for (const list of ['addresses', 'notReadyAddresses']) {
        for (const address of this.#items(memberOf(this.#bytes, subset, list))) {
          const target = memberOf(this.#bytes, address, 'targetRef');
          if (target === null || textAt(this.#bytes, memberOf(this.#bytes, target, 'kind')) !== 'Pod')
            return false;
          found = true;
        }
      }
    }
    return found;
  }

  #texts(field: 'labels' | 'annotations'): Array<readonly [string, string]> {
    const at = this.#inMetadata(field);
    if (at === null || this.#bytes[at] !== OPEN_OBJECT) return [];
    return [...membersOf(this.#bytes, at)].flatMap(([keyAt, valueAt]) => {
      const [key, value] = [textAt(this.#bytes, keyAt), textAt(this.#bytes, valueAt)];
      return key === null || value === null ? [] : [[key, value] as const];
    });
  }

  #items(at: number | null): number[] {
    return at !== null && this.#bytes[at] === OPEN_LIST ? [...itemsOf(this.#bytes, at)] : [];
  }

  #at(path: readonly string[]): number | null {
    let at: number | null = skipSpace(this.#bytes, 0, this.#bytes.length);
    for (const key of path) at = at === null ? null : memberOf(this.#bytes, at, key);
    return at;
  }
}

/** Words that an object must contain to meet a condition. */
function markOf(condition: Condition): string {
  switch (condition.kind) {
    case 'label':
    case 'annotation':
      return condition.key.replace('*', '');
    case 'field':
      return condition.value;
    case 'owner':
    case 'controlled':
      return 'ownerReferences';
    case 'addresses of pods':
      return 'targetRef';
    case 'service with selector':
      return '';
  }
}
