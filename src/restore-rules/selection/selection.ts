import { isFields } from '../../json/value.ts';
import { projectChoice } from '../../plan/scope.ts';
import { selectorMatcher } from '../../types/selector.ts';
import { type KnownType, typeChoice } from '../../types/type-words.ts';
import { valueAt } from '../edit.ts';
import type { Item } from '../item.ts';
import { type Preference, projectExcludedBy } from './preference.ts';

type ObjectName = Pick<Item, 'project' | 'type' | 'name'>;

/** Objects that are named: `myproject/deployments.apps/web`, `myproject/configmaps/app-*`. */
export interface NamedObjects {
  readonly project: string | null;
  /** The full name of the type. */
  readonly type: string;
  /** As the user wrote it. */
  readonly name: string;
  readonly hasName: (name: string) => boolean;
}

/** The selected part of an archive. */
export interface Selection {
  /** Globs; none means all. */
  readonly projects: readonly string[];
  readonly excludeProjects: readonly string[];
  /** Globs and words as kubectl takes them; none means all. */
  readonly resources: readonly string[];
  readonly excludeResources: readonly string[];
  /** An object has to match one of them; none means all. */
  readonly selectors: readonly string[];
  /** None means all. */
  readonly objects: readonly NamedObjects[];
  readonly clusterResources: 'auto' | 'yes' | 'no';
  /** Its excluded projects need no roles for their accounts. */
  readonly preference: Preference | null;
  /** Old → new; the new class is a dependency, the old one is not. */
  readonly storageClasses: ReadonlyMap<string, string>;
  /** As in RewriteOptions. */
  readonly rebindStorageClasses: readonly string[];
  /** Projects that are restored under another name: their claims do not get the volumes of the first ones. */
  readonly copiedProjects?: ReadonlySet<string>;
}

/** Decides which option leaves an object out; each result is null if none does. */
export class SelectionFilter {
  readonly #selection: Selection;
  readonly hasProject: (project: string) => boolean;
  readonly #isTypeIn: (type: string) => boolean;
  readonly #isExcluded: (type: string) => boolean;
  readonly #meetsSelector: (item: Item) => boolean;

  /** @param types those of the archive, which words can mean */
  constructor(selection: Selection, types: readonly KnownType[]) {
    const { resources, excludeResources, selectors } = selection;
    this.#selection = selection;
    this.hasProject = projectChoice(selection);
    this.#isTypeIn = typeChoice(resources, types);
    this.#isExcluded = typeChoice(excludeResources, types);
    const matchers = selectors.map(selectorMatcher);
    // Fields are only used if there are selectors, since they may have to be parsed.
    this.#meetsSelector = (item) => {
      if (matchers.length === 0) return true;
      const labels = labelsOf(item.fields);
      return matchers.some((matches) => matches(labels));
    };
  }

  /** Why an object of a project is not selected. */
  whyNotOfProject(item: Item, project: string): string | null {
    if (!this.hasProject(project)) return 'its project is not selected';
    return this.whyNotObject(item);
  }

  /** Why an object is not selected, whatever its project. */
  whyNotObject(item: Item): string | null {
    return this.whyNotType(item.type) ?? this.whyNotNamed(item) ?? this.#whyNotLabels(item);
  }

  whyExcluded(type: string): string | null {
    return this.#isExcluded(type) ? 'by --exclude-resource' : null;
  }

  whyNotType(type: string): string | null {
    const isIn = this.#selection.resources.length === 0 || this.#isTypeIn(type);
    return this.whyExcluded(type) ?? (isIn ? null : 'not among --resource');
  }

  whyNotNamed(item: ObjectName): string | null {
    const isIn = this.#selection.objects.length === 0 || this.isNamed(item);
    return isIn ? null : 'not among the named objects';
  }

  /** Whether an object is named itself. */
  isNamed({ project, type, name }: ObjectName): boolean {
    return this.#selection.objects.some(
      (each) => each.project === project && each.type === type && each.hasName(name),
    );
  }

  /** Whether objects of a project are restored, judged by its name. */
  isRestored(project: string): boolean {
    const { objects, preference } = this.#selection;
    if (!this.hasProject(project)) return false;
    if (preference !== null && projectExcludedBy(preference, project) !== null) return false;
    return objects.length === 0 || objects.some((each) => each.project === project);
  }

  #whyNotLabels(item: Item): string | null {
    return this.#meetsSelector(item) ? null : 'its labels do not match --selector';
  }
}

function labelsOf(fields: Item['fields']): ReadonlyMap<string, string> {
  const labels = valueAt(fields, 'metadata', 'labels');
  const texts = new Map<string, string>();
  if (!isFields(labels)) return texts;
  for (const [key, value] of labels) if (typeof value === 'string') texts.set(key, value);
  return texts;
}
