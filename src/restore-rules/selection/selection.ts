import { isFields } from '../../json/value.ts';
import { projectChoice } from '../../plan/project-choice.ts';
import { selectorMatcher } from '../../types/selector.ts';
import { typeChoice } from '../../types/type-choice.ts';
import { isLiteral } from '../../words/glob.ts';
import type { ArchiveIndex } from '../archive-index.ts';
import { valueAt } from '../edit.ts';
import type { Item } from '../item.ts';
import { type Narrowing, Needs } from '../needs.ts';
import type { Criteria, SingleObject } from './criteria.ts';

/**
 * Whether an object is restored. What is only `needed` by others, and was not asked for,
 * is created where it is missing and left alone where it is there: whoever brings one
 * project back must not change what others live on.
 */
export type Choice =
  | { readonly kind: 'wanted' }
  | { readonly kind: 'needed' }
  | { readonly kind: 'left'; readonly reason: string };

const WANTED: Choice = { kind: 'wanted' };
const NEEDED: Choice = { kind: 'needed' };

const NOT_NEEDED = 'cluster-scoped, and not needed by what is restored; --cluster-resources yes takes it in';

/**
 * Which objects of an archive are chosen. Of the cluster-scoped ones `auto` takes
 * those that are asked for by name, and those that the others need: the projects
 * themselves, CRDs of objects that are chosen (all CRDs where nothing is narrowed),
 * ClusterRoles and their bindings for ServiceAccounts of the projects, volumes and
 * storage classes that are to be rebound.
 */
export function choiceOf(criteria: Criteria, archiveIndex: ArchiveIndex): (item: Item) => Choice {
  const scope = new Chosen(criteria, archiveIndex);
  return (item) =>
    item.project === null ? scope.ofCluster(item) : choice(scope.whyNotOfProject(item, item.project));
}

function choice(whyNot: string | null): Choice {
  return whyNot === null ? WANTED : { kind: 'left', reason: whyNot };
}

class Chosen implements Narrowing {
  readonly #criteria: Criteria;
  readonly hasProject: (project: string) => boolean;
  readonly #needs: Needs;
  readonly #isNamed: (type: string) => boolean;
  readonly #isAsked: (type: string) => boolean;
  readonly #isExcluded: (type: string) => boolean;
  readonly #meetsSelector: (item: Item) => boolean;

  constructor(criteria: Criteria, archiveIndex: ArchiveIndex) {
    const { resources, excludeResources, selector } = criteria;
    this.#criteria = criteria;
    this.#needs = new Needs(criteria, archiveIndex, this);
    this.hasProject = projectChoice(criteria);
    const types = [...archiveIndex.types.values()];
    this.#isNamed = typeChoice(resources, types);
    this.#isAsked = typeChoice(resources.filter(isLiteral), types);
    this.#isExcluded = typeChoice(excludeResources, types);
    const matches = selector === null ? null : selectorMatcher(selector);
    // Fields are asked for only where they matter: they may have to be made.
    this.#meetsSelector = (item) => matches === null || matches(labelsOf(item.fields));
  }

  whyNotOfProject(item: Item, project: string): string | null {
    if (!this.hasProject(project)) return 'not of a project that was chosen';
    return this.whyNotType(item.type) ?? this.whyNotSingle(item) ?? this.#whyNotLabels(item);
  }

  ofCluster(item: Item): Choice {
    const { clusterResources, objects } = this.#criteria;
    if (this.#isExcluded(item.type)) return choice('by --exclude-resource');
    if (item.type === 'namespaces' && !this.hasProject(item.name))
      return choice('not of a project that was chosen');
    if (objects.some((each) => isSame(each, item))) return WANTED;
    if (clusterResources === 'no') return choice('by --cluster-resources no');
    const isAsked = clusterResources === 'yes' || this.#isAsked(item.type);
    const whyNot = this.whyNotType(item.type) ?? this.whyNotSingle(item) ?? this.#whyNotLabels(item);
    if (isAsked && whyNot === null) return WANTED;
    if (clusterResources === 'auto' && this.#needs.has(item))
      return this.#needs.isPart(item) ? WANTED : NEEDED;
    return choice(isAsked ? whyNot : NOT_NEEDED);
  }

  whyNotType(type: string): string | null {
    if (this.#isExcluded(type)) return 'by --exclude-resource';
    return this.#criteria.resources.length === 0 || this.#isNamed(type) ? null : 'not among --resource';
  }

  whyNotSingle(item: SingleObject): string | null {
    const { objects } = this.#criteria;
    return objects.length === 0 || objects.some((each) => isSame(each, item))
      ? null
      : 'not among the objects named';
  }

  #whyNotLabels(item: Item): string | null {
    return this.#meetsSelector(item) ? null : 'does not meet --selector';
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
