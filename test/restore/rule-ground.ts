import assert from 'node:assert/strict';
import { parseValue } from '../../src/changes/parse.ts';
import { isFields } from '../../src/changes/value.ts';
import type { Item } from '../../src/restoration/item.ts';
import { printFields } from '../../src/restoration/print.ts';
import { type RewriteOptions, rewriteBy } from '../../src/restoration/rewrite.ts';
import { rulesOf } from '../../src/restoration/rewrite-table.ts';
import { SurroundingsBuilder } from '../../src/restoration/surroundings.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import type { JsonObject, KubeObject } from '../support/kube-object.ts';
import { openshiftDefinitions } from '../support/openshift-types.ts';
import { GROUND, object } from './rule-examples.ts';

/** A server with what the examples need; it gives tokens and pull secrets to pods, which others leave out. */
export async function startRuleServer(): Promise<ControlPlane> {
  const control = await startControlPlane({ apiServerFlags: { 'disable-admission-plugins': null } });
  await control.apply([...openshiftDefinitions(), securityContexts(), ...GROUND]);
  return control;
}

function securityContexts(): KubeObject {
  const group = 'security.openshift.io';
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const kind = 'SecurityContextConstraints';
  const names = { kind, listKind: `${kind}List`, plural: kind.toLowerCase(), singular: kind.toLowerCase() };
  return object(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    `${names.plural}.${group}`,
    {
      spec: {
        group,
        names,
        scope: 'Cluster',
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    },
    {},
    null,
  );
}

export const PLAIN: RewriteOptions = {
  mapping: new Map(),
  replacements: [],
  preserveNodePorts: false,
  suspend: false,
  rebindStorageClasses: [],
};
export const surroundings = new SurroundingsBuilder();
surroundings.see(
  itemOf('services', object('v1', 'Service', 'selecting', { spec: { selector: { app: 'x' } } })),
);

export function itemOf(type: string, given: KubeObject): Item {
  const fields = parseValue(Buffer.from(JSON.stringify(given)));
  assert(isFields(fields));
  const { apiVersion, kind, metadata } = given;
  return { project: metadata.namespace ?? null, type, apiVersion, kind, name: metadata.name, fields };
}

/** An object by all rules of its type but one. */
export function rewrittenWithout(
  rule: string | null,
  type: string,
  given: KubeObject,
  options: Partial<RewriteOptions>,
) {
  const changes = rulesOf(type).changes.filter((row) => row.rule !== rule);
  const rewriting = rewriteBy(
    { skips: [], changes },
    itemOf(type, given),
    { ...PLAIN, ...options },
    surroundings,
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
