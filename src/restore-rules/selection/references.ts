import { type Fields, isFields, isList, type Value } from '../../json/value.ts';
import { listAt, textAt, valueAt } from '../edit.ts';
import type { Item } from '../item.ts';

/** A reference to a cluster-scoped object. */
export interface Reference {
  /** `StorageClass` */
  readonly kind: string;
  readonly name: string;
}

const SCC = 'SecurityContextConstraints';
const SCC_DOCS = 'https://docs.okd.io/latest/authentication/managing-security-context-constraints.html';
/** The ClusterRole that lets somebody use an SCC is named so by OpenShift. */
const SCC_ROLE = /^system:openshift:scc:(.+)$/;

/** Annotations whose value is the name of a cluster-scoped object. */
const ANNOTATIONS: ReadonlyArray<readonly [key: string, kind: string, source: string]> = [
  [
    'kubernetes.io/ingress.class',
    'IngressClass',
    'https://kubernetes.io/docs/concepts/services-networking/ingress/#deprecated-annotation',
  ],
  [
    'volume.beta.kubernetes.io/storage-class',
    'StorageClass',
    'https://kubernetes.io/docs/reference/labels-annotations-taints/',
  ],
  ['cert-manager.io/cluster-issuer', 'ClusterIssuer', 'https://cert-manager.io/docs/usage/ingress/'],
  ['openshift.io/scc', SCC, SCC_DOCS],
  ['openshift.io/required-scc', SCC, SCC_DOCS],
];

/** `storageClassName` names a StorageClass, and every other field of this form a class of its kind. */
const CLASS_NAME = /^([a-z][A-Za-z]*Class)Name$/;

/** An object without any of these texts refers to no cluster-scoped object. */
const SIGNS = [
  'Class',
  '"Cluster',
  '.class',
  '-class',
  'cluster-issuer',
  'scc',
  'securitycontextconstraints',
];

/** Types without references to cluster-scoped objects. */
const WITHOUT = new Set([
  'configmaps',
  'customresourcedefinitions.apiextensions.k8s.io',
  'endpoints',
  'endpointslices.discovery.k8s.io',
  'events',
  'events.events.k8s.io',
  'images.image.openshift.io',
  'secrets',
]);

/** Whether it is worth looking for references in an object, judged by its bytes. */
export function mayRefer(type: string, bytes: Buffer): boolean {
  return !WITHOUT.has(type) && SIGNS.some((sign) => bytes.includes(sign));
}

/**
 * The references of an object to cluster-scoped ones: fields `…ClassName`, fields with `kind` and `name`,
 * annotations, and SCCs in the rules of roles. Owners do not count: an object can be restored without
 * its owner.
 */
export function referencesOf({ fields }: Pick<Item, 'fields'>): readonly Reference[] {
  const found: Reference[] = [];
  const annotations = valueAt(fields, 'metadata', 'annotations');
  for (const [key, kind] of ANNOTATIONS) {
    const name = textAt(annotations, key);
    if (name) found.push({ kind, name });
  }
  for (const rule of listAt(fields, 'rules')) found.push(...sccsOf(rule));
  for (const [key, value] of fields) if (key !== 'metadata' && key !== 'status') gather(value, found);
  return found;
}

function gather(value: Value, found: Reference[]): void {
  if (isList(value)) for (const each of value) gather(each, found);
  if (!isFields(value)) return;
  const [kind, name] = [value.get('kind'), value.get('name')];
  if (typeof kind === 'string' && typeof name === 'string') {
    found.push({ kind, name });
    const scc = kind === 'ClusterRole' ? SCC_ROLE.exec(name)?.[1] : undefined;
    if (scc !== undefined) found.push({ kind: SCC, name: scc });
  }
  for (const [key, each] of value) {
    const prefix = typeof each === 'string' ? CLASS_NAME.exec(key)?.[1] : undefined;
    if (prefix !== undefined && typeof each === 'string' && each !== '')
      found.push({ kind: prefix.charAt(0).toUpperCase() + prefix.slice(1), name: each });
    else gather(each, found);
  }
}

/** A rule that lets somebody `use` SCCs names them. */
function sccsOf(rule: Value): readonly Reference[] {
  if (!listAt(rule, 'resources').includes('securitycontextconstraints')) return [];
  return listAt(rule, 'resourceNames').flatMap((name) =>
    typeof name === 'string' ? [{ kind: SCC, name }] : [],
  );
}

/** The user of a ServiceAccount, and the group of all ServiceAccounts of a project. */
const OF_PROJECT = /^system:serviceaccounts?:([^:]+)/;

/**
 * The project of the ServiceAccount, or of all ServiceAccounts of a project, that a subject of a binding or a user or
 * group of an SCC names; null for others.
 */
export function projectOfSubject(subject: Value): string | null {
  if (textAt(subject, 'kind') === 'ServiceAccount') return textAt(subject, 'namespace');
  const name = typeof subject === 'string' ? subject : textAt(subject, 'name');
  return OF_PROJECT.exec(name ?? '')?.[1] ?? null;
}

/** The projects whose ServiceAccounts a binding or an SCC is for. */
export function projectsOfSubjects(fields: Fields): readonly string[] {
  return ['subjects', 'users', 'groups']
    .flatMap((list) => listAt(fields, list))
    .flatMap((subject) => projectOfSubject(subject) ?? []);
}

/** The projects whose Services answer for a webhook configuration or an APIService. */
export function projectsServing(fields: Fields): readonly string[] {
  const clients = listAt(fields, 'webhooks').map((webhook) => valueAt(webhook, 'clientConfig'));
  return [...clients, valueAt(fields, 'spec')].flatMap(
    (client) => textAt(client, 'service', 'namespace') ?? [],
  );
}
