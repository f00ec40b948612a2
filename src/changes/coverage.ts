import { projectChoice } from '../plan/scope.ts';
import type { Outcome } from '../types/resource-type.ts';

/** What an archive records of its own scope; a manifest is one of these. */
export interface Recorded {
  readonly options: Readonly<Record<string, string | boolean | readonly string[]>>;
  readonly projects: ReadonlyArray<{ readonly name: string }>;
  readonly resourceTypes: ReadonlyArray<{
    readonly name: string;
    readonly namespaced: boolean;
    readonly outcome: Outcome;
    readonly scope: 'cluster' | 'projects' | null;
    readonly reason: string | null;
    readonly dependenciesOnly?: boolean;
  }>;
  /** Projects in which types could not be listed that could be in others. */
  readonly deniedIn?: ReadonlyArray<{
    readonly projects: readonly string[];
    readonly resourceTypes: readonly string[];
  }>;
}

/** A part that one of two archives does not cover, so that what is missing there tells nothing. */
export interface NotComparable {
  /** Null for all projects, and for cluster-scoped types. */
  readonly project: string | null;
  /** Null for all types of the project. */
  readonly type: string | null;
  /** Why the archive before does not cover it; null where it does. */
  readonly before: string | null;
  readonly after: string | null;
}

const ONLY_DEPENDENCIES = 'a backup of some projects has only the cluster-scoped objects that they depend on';

/** What an archive covers: whether an object that it does not have was not there either. */
export class Coverage {
  readonly #types: ReadonlyMap<string, Recorded['resourceTypes'][number]>;
  readonly #projects: ReadonlySet<string>;
  /** By type. */
  readonly #denied = new Map<string, ReadonlySet<string>>();
  readonly #narrows: boolean;
  readonly #isChosen: (project: string) => boolean;
  /** Asked for each type of a project. */
  readonly #chosen = new Map<string, boolean>();

  constructor(recorded: Recorded) {
    const { options } = recorded;
    const projects = textsOf(options.project);
    const excludeProjects = textsOf(options['exclude-project']);
    this.#types = new Map(recorded.resourceTypes.map((row) => [row.name, row]));
    this.#projects = new Set(recorded.projects.map(({ name }) => name));
    for (const { projects: names, resourceTypes } of recorded.deniedIn ?? []) {
      const denied = new Set(names);
      for (const type of resourceTypes) this.#denied.set(type, denied);
    }
    this.#narrows = projects.length + excludeProjects.length > 0;
    this.#isChosen = projectChoice({ projects, excludeProjects });
  }

  /** Names of all types that the cluster had, as far as they could be named. */
  get types(): readonly string[] {
    return [...this.#types.keys()].filter((name) => !name.startsWith('*'));
  }

  /** Whether a type has its objects in projects; null where the archive does not tell. */
  isNamespaced(type: string): boolean | null {
    return this.#types.get(type)?.namespaced ?? null;
  }

  /** Why a type is not covered at all, or null. One that the cluster did not have is: there was nothing of it. */
  typeGap(type: string): string | null {
    const group = type.slice(type.indexOf('.') + 1);
    const row = this.#types.get(type) ?? this.#types.get(`*.${group}`);
    if (row === undefined || row.outcome === 'exported' || row.outcome === 'empty') return null;
    return row.reason === null ? row.outcome : `${row.outcome}: ${row.reason}`;
  }

  /**
   * Why a cluster-scoped object that the archive does not have may have existed, or null: a backup of some
   * projects has their Namespace objects and what they depend on.
   */
  objectGap(type: string, name: string): string | null {
    if (type === 'namespaces') return this.projectGap(type, name, false);
    return this.#types.get(type)?.dependenciesOnly === true ? ONLY_DEPENDENCIES : null;
  }

  /** Whether a gap is one of the whole project, not of this type alone. */
  lacksWhole(type: string, project: string): boolean {
    return !this.#projects.has(project) && !this.#denied.get(type)?.has(project);
  }

  /**
   * Why a project is not covered by a type that is, or null.
   *
   * @param here whether the archive has any object of the type in the project
   */
  projectGap(type: string, project: string, here = false): string | null {
    if (!this.#hasProject(project)) return 'left out by --project or --exclude-project';
    if (this.#denied.get(type)?.has(project)) return 'verb list is denied in this project';
    const row = this.#types.get(type);
    if (row?.scope !== 'projects') return null;
    // Without a right to list over the cluster, a project of which nothing is there may not have been seen.
    if (!this.#narrows && !this.#projects.has(project)) return 'no permission to list anything in it';
    // Refused in some projects, though access was granted; the reason tells in which.
    return here ? null : row.reason;
  }

  #hasProject(project: string): boolean {
    const known = this.#chosen.get(project);
    if (known !== undefined) return known;
    const is = this.#isChosen(project);
    this.#chosen.set(project, is);
    return is;
  }
}

/** The types that are covered by one of two archives alone, in the order of their names. */
export function typeGaps(before: Coverage, after: Coverage): NotComparable[] {
  return [...new Set([...before.types, ...after.types])].sort().flatMap((type) => {
    const [own, other] = [before.typeGap(type), after.typeGap(type)];
    if ((own === null) === (other === null)) return [];
    return [{ project: null, type, before: own, after: other }];
  });
}

function textsOf(value: string | boolean | readonly string[] | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' ? value : [];
}
