import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConditionChecker } from '../../src/changes/noise/condition-checker.ts';
import { FIELD_NOISE } from '../../src/changes/noise/fields.ts';
import { OBJECT_NOISE } from '../../src/changes/noise/objects.ts';
import type { Condition } from '../../src/changes/noise/row.ts';
import { noiseOf, objectRow } from '../../src/changes/noise/rules.ts';
import { ObjectComparer } from '../../src/changes/object-changes.ts';
import { type PatternStep, parsePattern } from '../../src/changes/path.ts';

type Json = Record<string, unknown>;

/** A type that a row takes: globs stand for any name. */
function typeOf(types: readonly string[] | '*'): string {
  return types === '*' ? 'things.example.com' : (types[0] ?? '').replace('*', 'things');
}

/** An object that meets conditions, as small as it can be. */
function meeting(conditions: readonly Condition[]): Json {
  const [labels, annotations]: [Json, Json] = [{ app: 'a' }, { note: 'a' }];
  const metadata: Json = { name: 'a', labels, annotations };
  const object: Json = { metadata };
  for (const condition of conditions) {
    if (condition.kind === 'label') labels[condition.key] = condition.value ?? 'x';
    if (condition.kind === 'annotation') annotations[condition.key.replace('*', 'x')] = 'x';
    if (condition.kind === 'field')
      for (const key of condition.path.toReversed().slice(0, 1)) object[key] = condition.value;
    if (condition.kind === 'controlled') metadata.ownerReferences = [{ kind: 'Any', controller: true }];
    if (condition.kind === 'addresses of pods')
      object.subsets = [{ addresses: [{ ip: '10.0.0.1', targetRef: { kind: 'Pod', name: 'a' } }] }];
    if (condition.kind === 'owner') {
      const [kind = '', ...group] = (condition.kinds[0] ?? '').split('.');
      const apiVersion = group.length === 0 ? 'v1' : `${group.join('.')}/v1`;
      metadata.ownerReferences = [{ apiVersion, kind, name: `${condition.name ?? ''}a`, controller: true }];
    }
  }
  return object;
}

const bytesOf = (object: unknown) => Buffer.from(JSON.stringify(object));
const isPassedOver = (type: string, object: unknown) =>
  objectRow(noiseOf(type), new ConditionChecker(bytesOf(object))) !== null;

for (const { types, when = [], reason, source, nouns } of OBJECT_NOISE) {
  // Whoever knows other objects asks about them; see the comparison's own tests.
  if (when.some(({ kind }) => kind === 'service with selector')) continue;
  test(`${typeOf(types)} ${JSON.stringify(when)} is noise: ${reason}`, () => {
    assert.equal(isPassedOver(typeOf(types), meeting(when)), true);
    for (const left of when)
      assert.equal(isPassedOver(typeOf(types), meeting(when.filter((each) => each !== left))), false);
    if (when.length === 0) assert.equal(isPassedOver('things.example.com', {}), false);
    assert.match(source, /^https:\/\//);
    assert.notEqual(nouns[0], nouns[1]);
  });
}

/** An object with a value at a path. */
function withValue(object: Json, steps: readonly PatternStep[], value: string): Json {
  const [step, ...rest] = steps;
  assert.ok(step?.kind === 'key' || step?.kind === 'prefix' || step?.kind === 'each');
  const key = step.kind === 'key' ? step.key : step.kind === 'prefix' ? `${step.prefix}x` : 'each';
  const old = object[key];
  if (rest.length === 0) return { ...object, [key]: value };
  if (rest[0]?.kind === 'each' && rest.length > 1)
    return { ...object, [key]: [withValue({ name: 'a' }, rest.slice(1), value)] };
  return { ...object, [key]: withValue(isJson(old) ? old : {}, rest, value) };
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function changesOf(type: string, before: Json, after: Json, noise = false): string[] {
  const comparer = new ObjectComparer(type, { noise, secrets: true });
  return [...comparer.changes(bytesOf(before), bytesOf(after))].map(({ kind }) => kind);
}

for (const { types, path, when = [], placeholder, reason, source } of FIELD_NOISE) {
  test(`${typeOf(types)} ${path} ${JSON.stringify(when)} is noise: ${reason}`, () => {
    const type = typeOf(types);
    const steps = parsePattern(path);
    const [one, two] = ['1', '2'].map((value) => withValue(meeting(when), steps, value));
    assert.ok(one !== undefined && two !== undefined);
    assert.deepEqual(changesOf(type, one, two), []);
    assert.ok(changesOf(type, one, two, true).length > 0);
    if (placeholder !== undefined)
      assert.equal(
        changesOf(type, withValue(meeting(when), steps, ''), two).length,
        1,
        'that there is any counts',
      );
    for (const left of when) {
      const some = when.filter((each) => each !== left);
      const [own, other] = ['1', '2'].map((value) => withValue(meeting(some), steps, value));
      assert.equal(changesOf(type, own ?? {}, other ?? {}).length, 1);
    }
    if (types !== '*') assert.equal(changesOf('things.example.com', one, two).length, 1);
    assert.match(source, /^https:\/\//);
  });
}

test('what somebody wrote is no noise', () => {
  for (const path of [
    'metadata.annotations[kubernetes.io/change-cause]',
    'metadata.labels[app]',
    'spec.template.metadata.annotations[kubectl.kubernetes.io/restartedAt]',
  ]) {
    const [one, two] = ['1', '2'].map((value) => withValue({}, parsePattern(path), value));
    assert.equal(changesOf('deployments.apps', one ?? {}, two ?? {}).length, 1, path);
  }
});

/** Objects that look like noise and are what people look for. */
const SHOWN: ReadonlyArray<readonly [what: string, type: string, object: Json]> = [
  [
    'the Secret of an ExternalSecret',
    'secrets',
    meeting([{ kind: 'owner', kinds: ['ExternalSecret.external-secrets.io'] }]),
  ],
  [
    "an operator's Deployment",
    'deployments.apps',
    meeting([{ kind: 'owner', kinds: ['Keycloak.k8s.keycloak.org'] }]),
  ],
  [
    'a claim of a StatefulSet',
    'persistentvolumeclaims',
    meeting([{ kind: 'owner', kinds: ['StatefulSet.apps'] }]),
  ],
  ['a Job of an operator', 'jobs.batch', meeting([{ kind: 'owner', kinds: ['Cluster.postgresql.cnpg.io'] }])],
  [
    'a ReplicaSet of another Deployment',
    'replicasets.apps',
    meeting([{ kind: 'owner', kinds: ['Deployment.example.com'] }]),
  ],
  [
    'a dockercfg Secret that a person made',
    'secrets',
    { metadata: { name: 'a-dockercfg-7xk2p' }, type: 'kubernetes.io/dockercfg' },
  ],
  [
    'an Opaque Secret with the annotation of a registry token',
    'secrets',
    {
      metadata: { annotations: { 'openshift.io/internal-registry-auth-token.binding': 'x' } },
      type: 'Opaque',
    },
  ],
  [
    'a ClusterServiceVersion that is no copy',
    'clusterserviceversions.operators.coreos.com',
    { metadata: {} },
  ],
  [
    'the deployed revision of a Helm release',
    'secrets',
    { metadata: { labels: { owner: 'helm', status: 'deployed' } } },
  ],
  [
    'Endpoints of a machine outside',
    'endpoints',
    { metadata: {}, subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 5432 }] }] },
  ],
  [
    'Endpoints of which one address is no pod',
    'endpoints',
    {
      metadata: {},
      subsets: [{ addresses: [{ ip: '10.0.0.1', targetRef: { kind: 'Pod' } }, { ip: '192.0.2.1' }] }],
    },
  ],
  ['a Secret of a build', 'secrets', meeting([{ kind: 'owner', kinds: ['Pod'] }])],
  [
    'a Secret that a person tied to a ConfigMap',
    'secrets',
    meeting([{ kind: 'owner', kinds: ['ConfigMap'] }]),
  ],
  ['a backup that a person asked for', 'backups.velero.io', { metadata: { labels: {} } }],
];

for (const [what, type, object] of SHOWN) {
  test(`${what} is shown`, () => assert.equal(isPassedOver(type, object), false));
}

test('where a label decides that data is noise, only the label that was removed is a change, not the equal data', () => {
  const version = (labels: Json): Json => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'tls', labels: { app: 'a', ...labels } },
    data: { 'tls.crt': 'Y2VydGlmaWNhdGU=' },
  });
  const managed = version({ 'auth.openshift.io/managed-certificate-type': 'signer' });
  const comparer = new ObjectComparer('secrets', { noise: false, secrets: true });
  const paths = [...comparer.changes(bytesOf(managed), bytesOf(version({})))].map(({ path }) => path[0]);
  assert.deepEqual(paths, [{ kind: 'key', key: 'metadata' }]);
});
