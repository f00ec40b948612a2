import { isFields } from '../../json/value.ts';
import { projectChoice } from '../../plan/scope.ts';
import { selectorMatcher } from '../../types/selector.ts';
import { type KnownType, typeChoice } from '../../types/type-words.ts';
import { valueAt } from '../edit.ts';
import type { Item } from '../item.ts';
import type { Preference } from './preference.ts';

/** A single object: `myproject/deployments.apps/web`. */
export interface SingleObject {
  readonly project: string | null;
  /** The full name of its type. */
  readonly type: string;
  readonly name: string;
}

/** The part of an archive that a restore is asked for. */
export interface Selection {
  /** Globs; none means all. */
  readonly projects: readonly string[];
  readonly excludeProjects: readonly string[];
  /** Globs and words as kubectl takes them; none means all. */
  readonly resources: readonly string[];
  readonly excludeResources: readonly string[];
  readonly selector: string | null;
  /** None means all. */
  readonly objects: readonly SingleObject[];
  readonly clusterResources: 'auto' | 'yes' | 'no';
  /** Accounts of projects that it leaves out need no roles. */
  readonly preference: Preference | null;
  /** As in RewriteOptions. */
  readonly rebindStorageClasses: readonly string[];
}

/** Tells by which option an object is left out; each answer is null where the option lets it in. */
export class SelectionFilter {
  readonly #selection: Selection;
  readonly hasProject: (project: string) => boolean;
  readonly #isNamed: (type: string) => boolean;
  readonly #isExcluded: (type: string) => boolean;
  readonly #meetsSelector: (item: Item) => boolean;

  /** @param types those of the archive, which words can mean */
  constructor(selection: Selection, types: readonly KnownType[]) {
    const { resources, excludeResources, selector } = selection;
    this.#selection = selection;
    this.hasProject = projectChoice(selection);
    this.#isNamed = typeChoice(resources, types);
    this.#isExcluded = typeChoice(excludeResources, types);
    const matches = selector === null ? null : selectorMatcher(selector);
    // Fields are asked for only where they matter: they may have to be parsed.
    this.#meetsSelector = (item) => matches === null || matches(labelsOf(item.fields));
  }

  /** Why an object of a project is not selected. */
  whyNotOfProject(item: Item, project: string): string | null {
    if (!this.hasProject(project)) return 'its project is not selected';
    return this.whyNotObject(item);
  }

  /** Why an object is not selected, wherever it stands. */
  whyNotObject(item: Item): string | null {
    return this.whyNotType(item.type) ?? this.whyNotSingle(item) ?? this.#whyNotLabels(item);
  }

  whyExcluded(type: string): string | null {
    return this.#isExcluded(type) ? 'by --exclude-resource' : null;
  }

  whyNotType(type: string): string | null {
    const isIn = this.#selection.resources.length === 0 || this.#isNamed(type);
    return this.whyExcluded(type) ?? (isIn ? null : 'not among --resource');
  }

  whyNotSingle(item: SingleObject): string | null {
    const isIn = this.#selection.objects.length === 0 || this.isSingle(item);
    return isIn ? null : 'not among the named objects';
  }

  /** Whether an object is named itself. */
  isSingle(item: SingleObject): boolean {
    return this.#selection.objects.some((each) => isSame(each, item));
  }

  #whyNotLabels(item: Item): string | null {
    return this.#meetsSelector(item) ? null : 'its labels do not match --selector';
  }
}

function isSame(a: SingleObject, b: SingleObject): boolean {
  return a.project === b.project && a.type === b.type && a.name === b.name;
}

function labelsOf(fields: Item['fields']): ReadonlyMap<string, string> {
  const labels = valueAt(fields, 'metadata', 'labels');
  const texts = new Map<string, string>();
  if (!isFields(labels)) return texts;
  for (const [key, value] of labels) if (typeof value === 'string') texts.set(key, value);
  return texts;
}
