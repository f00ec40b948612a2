import type { Fault } from './fault.ts';

/** What a rule may look at. */
export interface Asked {
  readonly method: string;
  /** Path with its query. */
  readonly path: string;
  /** The bearer token; null where there is none. */
  readonly token: string | null;
}

/** Which requests suffer what. */
export interface FaultRule {
  readonly match: (method: string, path: string, token: string | null) => boolean;
  readonly times: number | 'forever';
  /** So many matching requests pass unharmed first. */
  readonly after?: number;
  readonly fault: Fault;
}

/** The rules of a proxy, which may change while it runs. The first that matches and has times left wins. */
export class FaultRules {
  #rules: { readonly rule: FaultRule; seen: number }[] = [];

  /** Adds a rule behind the others; returns the function that takes it away. */
  add(rule: FaultRule): () => void {
    const entry = { rule, seen: 0 };
    this.#rules.push(entry);
    return () => {
      this.#rules = this.#rules.filter((each) => each !== entry);
    };
  }

  clear(): void {
    this.#rules = [];
  }

  /** The fault that a request has to suffer, which is then counted; null for none. */
  take({ method, path, token }: Asked): Fault | null {
    for (const entry of this.#rules) {
      const { rule } = entry;
      if (!rule.match(method, path, token)) continue;
      const turn = entry.seen - (rule.after ?? 0);
      if (rule.times !== 'forever' && turn >= rule.times) continue;
      entry.seen += 1;
      if (turn >= 0) return rule.fault;
    }
    return null;
  }
}

/** Matches the lists of one type, cluster-wide or in a project: `lists('configmaps')`. */
export function lists(resource: string): FaultRule['match'] {
  return (method, path) => method === 'GET' && path.split('?')[0]?.endsWith(`/${resource}`) === true;
}

/** Matches every page of a list but the first. */
export function continues(method: string, path: string): boolean {
  return method === 'GET' && new URL(path, 'https://proxy').searchParams.has('continue');
}
