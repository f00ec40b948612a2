import { brief } from '../words/names.ts';
import { textAt, valueAt } from './edit.ts';
import type { Item } from './item.ts';

const APPLICATIONS = 'applications.argoproj.io';
const INSTANCE = 'app.kubernetes.io/instance';

/** Labels and annotations of tools that manage an object from a repository, and will undo changes. */
const MARKS: ReadonlyArray<
  readonly [manager: string, place: 'labels' | 'annotations', key: string, source: string]
> = [
  [
    'Argo CD Application',
    'annotations',
    'argocd.argoproj.io/tracking-id',
    'https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/',
  ],
  [
    'Argo CD Application',
    'labels',
    'argocd.argoproj.io/instance',
    'https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/',
  ],
  [
    'Flux Kustomization',
    'labels',
    'kustomize.toolkit.fluxcd.io/name',
    'https://fluxcd.io/flux/faq/#what-is-the-behavior-of-kubernetes-sigs-kustomize-in-flux',
  ],
  ['Flux HelmRelease', 'labels', 'helm.toolkit.fluxcd.io/name', 'https://fluxcd.io/flux/components/helm/'],
  [
    'ApplySet',
    'labels',
    'applyset.kubernetes.io/part-of',
    'https://kubernetes.io/docs/reference/labels-annotations-taints/#applyset-kubernetes-io-part-of',
  ],
];

const SIGNS = [...MARKS.map(([, , key]) => key), INSTANCE];

/** Whether it is worth looking for marks in an object, judged by its bytes. */
export function mayBeManaged(type: string, bytes: Buffer): boolean {
  return type === APPLICATIONS || SIGNS.some((sign) => bytes.includes(sign));
}

/** Counts the objects that GitOps manages, by manager. */
export class GitOps {
  readonly #managers = new Map<string, number>();
  /** By a label that Argo CD, Helm and others use. */
  readonly #instances = new Map<string, number>();
  readonly #applications = new Set<string>();

  /** Every object of the archive that may be managed; `isRestored`: it is counted. */
  see({ type, name, fields }: Item, isRestored: boolean): void {
    if (type === APPLICATIONS) this.#applications.add(name);
    if (!isRestored) return;
    const metadata = valueAt(fields, 'metadata');
    for (const [manager, place, key] of MARKS) {
      const value = textAt(metadata, place, key);
      if (value === null) continue;
      count(this.#managers, `${manager} ${brief(value.split(':', 1)[0] ?? '')}`);
      return;
    }
    const instance = textAt(metadata, 'labels', INSTANCE);
    if (instance !== null) count(this.#instances, instance);
  }

  /** A line that names the managers, those with the most objects first; null if there are none. */
  line(): string | null {
    const all = new Map(this.#managers);
    for (const [instance, objects] of this.#instances)
      if (this.#applications.has(instance)) count(all, `Argo CD Application ${instance}`, objects);
    if (all.size === 0) return null;
    const sorted = [...all].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
    const named = sorted.slice(0, MOST).map(([manager, objects]) => `${manager} (${objects})`);
    const rest = sorted.length > MOST ? ` and ${sorted.length - MOST} more` : '';
    return `Managed by GitOps tools, which will undo changes: ${named.join(', ')}${rest}; suspend them first, or change their source`;
  }
}

/** Managers that one line names. */
const MOST = 5;

function count(counts: Map<string, number>, key: string, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
