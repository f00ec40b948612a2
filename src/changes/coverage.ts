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
  /** Projects in which a type could not be listed, although it could in others. */
  readonly deniedIn?: ReadonlyArray<{
    readonly projects: readonly string[];
    readonly resourceTypes: readonly string[];
  }>;
}

/** A part that one of two archives does not cover, so that missing objects prove nothing. */
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

/** What an archive covers. Only there, an object that the archive does not have did not exist. */
export class Coverage {
  readonly #types: ReadonlyMap<string, Recorded['resourceTypes'][number]>;
  readonly #recorded: Recorded;
  /** Created on first use: `history` asks about one project in each of many archives. */
  #projects: ReadonlySet<string> | null = null;
  /** By type. */
  readonly #denied = new Map<string, ReadonlySet<string>>();
  readonly #narrows: boolean;
  readonly #isChosen: (project: string) => boolean;
  /** Asked for each type of a project. */
  readonly #chosen = new Map<string, boolean>();

  readonly #nameIn: (project: string) => string;

  /** @param nameIn what the archive calls a project */
  constructor(recorded: Recorded, nameIn = (project: string) => project) {
    const { options } = recorded;
    const projects = textsOf(options.project);
    const excludeProjects = textsOf(options['exclude-project']);
    this.#types = new Map(recorded.resourceTypes.map((row) => [row.name, row]));
    this.#recorded = recorded;
    for (const { projects: names, resourceTypes } of recorded.deniedIn ?? []) {
      const denied = new Set(names);
      for (const type of resourceTypes) this.#denied.set(type, denied);
    }
    this.#narrows = projects.length + excludeProjects.length > 0;
    this.#isChosen = projectChoice({ projects, excludeProjects });
    this.#nameIn = nameIn;
  }

  /** Names of all types that the cluster had, as far as they are known. */
  get types(): readonly string[] {
    return [...this.#types.keys()].filter((name) => !name.startsWith('*'));
  }

  /** Whether a type is namespaced; null if the archive does not say. */
  isNamespaced(type: string): boolean | null {
    return this.#types.get(type)?.namespaced ?? null;
  }

  /** Why a type is not covered, or null. A type that the cluster did not have is covered: it had no objects. */
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

  /** Whether all covered types are covered in every project. */
  get hasAllProjects(): boolean {
    const isOfProjects = [...this.#types.values()].some(({ scope }) => scope === 'projects');
    return !this.#narrows && this.#denied.size === 0 && !isOfProjects;
  }

  /** Whether a gap concerns the whole project, and not only this type. */
  lacksWhole(type: string, project: string): boolean {
    const name = this.#nameIn(project);
    return !this.#isRecorded(name) && !this.#denied.get(type)?.has(name);
  }

  /**
   * Why a type that is covered is not covered in this project, or null.
   *
   * @param compared the project, as the comparison calls it
   * @param here whether the archive has any object of the type in the project
   */
  projectGap(type: string, compared: string, here = false): string | null {
    const project = this.#nameIn(compared);
    if (!this.#hasProject(project)) return 'left out by --project or --exclude-project';
    if (this.#denied.get(type)?.has(project)) return 'verb list is denied in this project';
    const row = this.#types.get(type);
    if (row?.scope !== 'projects') return null;
    // Without permission to list in the whole cluster, a project without objects may not have been readable.
    if (!this.#narrows && !this.#isRecorded(project)) return 'no permission to list anything in it';
    // Refused in some projects, although the access review allowed it; the reason names them.
    return here ? null : row.reason;
  }

  #isRecorded(project: string): boolean {
    this.#projects ??= new Set(this.#recorded.projects.map(({ name }) => name));
    return this.#projects.has(project);
  }

  #hasProject(project: string): boolean {
    const known = this.#chosen.get(project);
    if (known !== undefined) return known;
    const is = this.#isChosen(project);
    this.#chosen.set(project, is);
    return is;
  }
}

/** The types that only one of two archives covers, sorted by name. */
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
