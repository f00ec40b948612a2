import type { ObjectChange } from './change.ts';
import { NotShownCount } from './not-shown.ts';

/** How many objects were added, changed and removed, and where. */
export interface Totals {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Number of projects in which there was any. */
  readonly projects: number;
  /** Objects of cluster-scoped types among them. */
  readonly clusterScoped: number;
}

/** Counts differences as they pass, and what is passed over. */
export class Tally {
  readonly notShown = new NotShownCount();
  readonly #counts = { added: 0, changed: 0, removed: 0 };
  readonly #projects = new Set<string>();
  #clusterScoped = 0;

  add({ change, project }: Pick<ObjectChange, 'change' | 'project'>): void {
    this.#counts[change] += 1;
    if (project === null) this.#clusterScoped += 1;
    else this.#projects.add(project);
  }

  get totals(): Totals {
    return { ...this.#counts, projects: this.#projects.size, clusterScoped: this.#clusterScoped };
  }
}

/** Whether anything was different. */
export function isDifferent({ added, changed, removed }: Totals): boolean {
  return added + changed + removed > 0;
}
