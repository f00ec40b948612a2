import assert from 'node:assert/strict';
import { parseValue } from '../../src/json/parse-value.ts';
import { isFields } from '../../src/json/value.ts';
import { ArchiveIndexBuilder } from '../../src/restore-rules/archive-index.ts';
import type { Item } from '../../src/restore-rules/item.ts';
import { printFields } from '../../src/restore-rules/print.ts';
import { type RewriteOptions, rewriteBy } from '../../src/restore-rules/rewrite.ts';
import { NO_OVERRIDES } from '../../src/restore-rules/rule.ts';
import { rulesOf } from '../../src/restore-rules/rule-table.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import type { JsonObject, KubeObject } from '../support/kube-object.ts';
import { openshiftDefinitions } from '../support/openshift-types.ts';
import { annotated, LOCAL, NEW, OLD, object, service } from './rule-objects.ts';
import { operatorTypes, securityContexts } from './rule-types.ts';

/** A server with what the examples need; it gives tokens and pull secrets to pods, which others leave out. */
export async function startRuleServer(): Promise<ControlPlane> {
  const control = await startControlPlane({ apiServerFlags: { 'disable-admission-plugins': null } });
  await control.apply([...openshiftDefinitions(), ...operatorTypes(), securityContexts(), ...EXISTING]);
  return control;
}

/** What stands on the server before any example is put to it. */
const EXISTING: readonly KubeObject[] = [
  ...[OLD, NEW].map((name) => object('v1', 'Namespace', name, {}, {}, null)),
  ...[OLD, NEW].map((namespace) =>
    object(
      'v1',
      'ServiceAccount',
      'default',
      { imagePullSecrets: [{ name: 'default-dockercfg-now00' }] },
      {},
      namespace,
    ),
  ),
  service('holds-address', { clusterIP: '10.0.0.77' }),
  service('holds-port', { type: 'NodePort', ports: [{ port: 80, nodePort: 30777 }] }),
  service('holds-check', { ...LOCAL, healthCheckNodePort: 30778 }),
  object('scheduling.k8s.io/v1', 'PriorityClass', 'urgent', { value: 500 }, {}, null),
  object(
    'storage.k8s.io/v1',
    'StorageClass',
    'usual',
    { provisioner: 'csi.example.com' },
    annotated({ 'storageclass.kubernetes.io/is-default-class': 'true' }),
    null,
  ),
];

export const PLAIN: RewriteOptions = {
  mapping: new Map(),
  replacements: [],
  overrides: NO_OVERRIDES,
  preserveNodePorts: false,
  suspend: false,
  rebindStorageClasses: [],
};
export const archiveIndex = new ArchiveIndexBuilder();
archiveIndex.see(
  itemOf('services', object('v1', 'Service', 'selecting', { spec: { selector: { app: 'x' } } })),
);

export function itemOf(type: string, given: KubeObject): Item {
  const fields = parseValue(Buffer.from(JSON.stringify(given)));
  assert(isFields(fields));
  const { apiVersion, kind, metadata } = given;
  return { project: metadata.namespace ?? null, type, apiVersion, kind, name: metadata.name, fields };
}

/** An object by all rules of its type but one, and but the last, which takes what others say more about. */
export function rewrittenWithout(
  rule: string | null,
  type: string,
  given: KubeObject,
  options: Partial<RewriteOptions>,
) {
  const changes = rulesOf(type).changes.filter((row) => row.rule !== rule && row.rule !== 'bookkeeping');
  const rewriting = rewriteBy(
    { skips: [], changes },
    itemOf(type, given),
    { ...PLAIN, ...options },
    archiveIndex,
  );
  assert(rewriting.kind === 'restored');
  return rewriting;
}

export function collectionOf({
  project,
  type,
  apiVersion,
}: Pick<Item, 'project' | 'type' | 'apiVersion'>): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}${project === null ? '' : `/namespaces/${project}`}/${type.split('.')[0]}`;
}

export function post(control: ControlPlane, item: Item, dryRun: boolean): Promise<JsonObject> {
  return control.request(
    'POST',
    `${collectionOf(item)}${dryRun ? '?dryRun=All' : ''}`,
    printFields(item.fields),
  );
}
