import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Printer, WHOLE } from '../../src/json/printer.ts';
import { compileRules, type RuleRow } from '../../src/json/pruning-paths.ts';
import { BINDING, EVERYWHERE, PER_TYPE } from '../../src/plan/pruning-table.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at, type KubeObject, listAt } from '../support/kube-object.ts';
import { openshiftDefinitions, openshiftObjects } from '../support/openshift-types.ts';
import { EXAMPLES, houseObjects, PROJECT } from './housekeeping-examples.ts';
import { Volume, type ZipFile } from './run-cli.ts';
import { runHere } from './run-here.ts';

let control: ControlPlane;
const volume = new Volume();
let archive: ZipFile;
before(async () => {
  control = await startControlPlane();
  await control.apply([...openshiftDefinitions(), ...houseObjects(), ...openshiftObjects('shop-of-images')]);
  // Deleted, but held by a finalizer, so that it carries what deletion writes.
  await control.request('DELETE', `/api/v1/namespaces/${PROJECT}/configmaps/on-its-way-out`);
  const run = await runHere(['--volume', volume.path, '--kubeconfig', control.kubeconfig]);
  assert.equal(run.status, 0, run.stderr);
  archive = volume.latest();
});
after(async () => {
  volume[Symbol.dispose]();
  await control.stop();
});

/** All values at a path, where `*` stands for every element. */
function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const [step, ...rest] = path;
  if (step === undefined) return value === undefined ? [] : [value];
  if (step === '*') return listAt(value).flatMap((each) => valuesAt(each, rest));
  return valuesAt(at(value, step), rest);
}

/** `a.b[*].c[d.e]`, taken apart by means of its own. */
function pathOf(text: string): string[] {
  return text
    .replaceAll('[*]', '.*')
    .split(/\.(?![^[]*\])|\[|\]/)
    .filter((step) => step !== '');
}

async function served(object: KubeObject): Promise<unknown> {
  const { apiVersion, metadata } = object;
  const type = EXAMPLES.find((example) => example.object === object)?.type.split('.')[0];
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  return await control.request('GET', `${root}/namespaces/${PROJECT}/${type}/${metadata.name}`);
}

/** A copy with another value at a path that is there, but for its last step. */
function changed(value: unknown, path: readonly string[], to: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return to;
  if (step === '*') return listAt(value).map((each) => changed(each, rest, to));
  return { ...Object(value), [step]: changed(at(value, step), rest, to) };
}

/** The object as the printer leaves it. */
function printed(object: unknown, type: string): unknown {
  const source = Buffer.from(JSON.stringify(object));
  const out = Buffer.alloc(source.length * 10);
  const printer = new Printer();
  const rules = compileRules([...EVERYWHERE, ...PER_TYPE], type);
  assert.equal(printer.print(source, 0, source.length, out, 0, { ...WHOLE, rules }), source.length);
  return JSON.parse(out.toString('utf8', 0, printer.at));
}

const rowsOf = (type: string, rows: readonly RuleRow[]) =>
  rows.flatMap((row) => (row.types === '*' || row.types.includes(type) ? [row.path] : []));

test('every row of the table has an example for each of its types', () => {
  const shown = new Set(
    EXAMPLES.flatMap(({ type, pruned, nulls = [] }) =>
      [...pruned, ...nulls].map((path) => `${type} ${path}`),
    ),
  );
  const everywhere = new Set(EXAMPLES.flatMap(({ pruned, nulls = [] }) => [...pruned, ...nulls]));
  for (const { types, path } of [...EVERYWHERE, ...PER_TYPE, ...BINDING]) {
    if (types === '*') assert(everywhere.has(path), path);
    else for (const type of types) assert(shown.has(`${type} ${path}`), `${type} ${path}`);
  }
});

for (const { type, object, pruned, kept = [] } of EXAMPLES) {
  const { name } = object.metadata;
  test(`${type} ${name}: ${pruned.join(', ') || 'nothing'} is pruned`, async () => {
    const [before, file] = [await served(object), `${PROJECT}/${type}.json`];
    const found = archive.object(file, name);
    for (const path of [...pruned, ...rowsOf(type, EVERYWHERE)])
      assert.deepEqual(valuesAt(found, pathOf(path)), [], path);
    for (const path of pruned)
      assert.notDeepEqual(valuesAt(before, pathOf(path)), [], `the server does not send ${path}`);
    for (const path of kept) {
      assert.notDeepEqual(valuesAt(before, pathOf(path)), [], `the server does not send ${path}`);
      assert.deepEqual(valuesAt(found, pathOf(path)), valuesAt(before, pathOf(path)), path);
    }
  });
}

for (const { type, object, nulls = [] } of EXAMPLES) {
  for (const path of nulls) {
    test(`${type}: a null in ${path}, as older servers print it, is pruned`, async () => {
      const steps = pathOf(path);
      const withNull = changed(await served(object), steps, null);
      assert.deepEqual(valuesAt(withNull, steps), [null]);
      assert.deepEqual(valuesAt(printed(withNull, type), steps), []);
      const stamped = changed(withNull, steps, '2026-09-11T00:00:00Z');
      const left = path === 'metadata.selfLink' ? 0 : 1;
      assert.equal(valuesAt(printed(stamped, type), steps).length, left);
    });
  }
}

test('a claim is archived twice: ready to be created, and with its binding', () => {
  const clean = archive.object(`${PROJECT}/persistentvolumeclaims.json`, 'bound');
  const bound = archive.object(`${PROJECT}/_bound/persistentvolumeclaims.json`, 'bound');
  assert.deepEqual(at(clean, 'metadata'), {
    annotations: { team: 'payments' },
    finalizers: ['kubernetes.io/pvc-protection'],
    name: 'bound',
    namespace: PROJECT,
  });
  assert.equal(at(clean, 'spec', 'volumeName'), undefined);
  assert.equal(at(bound, 'spec', 'volumeName'), 'pv-0001');
  assert.equal(at(bound, 'metadata', 'annotations', 'pv.kubernetes.io/bind-completed'), 'yes');
  assert.equal(at(bound, 'metadata', 'uid'), undefined);
  // Annotations that were only traces of binding go altogether.
  assert.equal(
    at(archive.object(`${PROJECT}/persistentvolumeclaims.json`, 'bare'), 'metadata', 'annotations'),
    undefined,
  );
  assert.deepEqual(
    archive.objects(`${PROJECT}/_bound/persistentvolumeclaims.json`),
    archive.objects(`${PROJECT}/persistentvolumeclaims.json`),
  );
});

test('generated tokens are left out, even if there are no other Secrets', () => {
  assert.deepEqual(archive.objects(`${PROJECT}/secrets.json`), ['asked-for', 'basic', 'opaque']);
  assert(!archive.names.includes('only-tokens/secrets.json'));
  assert(archive.names.includes('only-tokens/configmaps.json'));
});

test('of a requested token, the request is archived, and no part of the token', () => {
  assert.deepEqual(archive.object(`${PROJECT}/secrets.json`, 'asked-for'), {
    apiVersion: 'v1',
    kind: 'Secret',
    data: { mine: 'bWluZQ==' },
    metadata: {
      annotations: { 'kubernetes.io/service-account.name': 'default' },
      name: 'asked-for',
      namespace: PROJECT,
    },
    type: 'kubernetes.io/service-account-token',
  });
  assert(!archive.text(`${PROJECT}/_metadata/secrets.json`).includes('dG9rZW4'));
});

test('a token does not get into the archive with a filter, either', async () => {
  using filtered = new Volume();
  const words = ['--volume', filtered.path, '--kubeconfig', control.kubeconfig, '-p', PROJECT];
  const run = await runHere([...words, '--filter', 'del(.metadata.labels)', '--resource', 'secrets']);
  assert.equal(run.status, 0, run.stderr);
  const file = `${PROJECT}/secrets.json`;
  assert.deepEqual(filtered.latest().objects(file), ['asked-for', 'basic', 'opaque']);
  assert.deepEqual(at(filtered.latest().object(file, 'asked-for'), 'data'), { mine: 'bWluZQ==' });
});

test('the status is in a file of its own, and other fields stay', () => {
  assert.equal(
    at(archive.object('shop-of-images/deploymentconfigs.apps.openshift.io.json', 'frontend'), 'status'),
    undefined,
  );
  const file = 'shop-of-images/_status/deploymentconfigs.apps.openshift.io.json';
  const frontend = archive.object(file, 'frontend');
  assert.deepEqual(Object.keys(Object(frontend)), ['apiVersion', 'kind', 'metadata', 'status']);
  assert.deepEqual(at(frontend, 'metadata'), { name: 'frontend', namespace: 'shop-of-images' });
  assert.equal(at(frontend, 'status', 'latestVersion'), 7);
});

test('triggers of OpenShift: the reference stays, the last image is pruned', () => {
  const text = archive.names
    .filter((name) => /shop-of-images\/(buildconfigs|deploymentconfigs|imagestreams)/.test(name))
    .map((name) => archive.text(name))
    .join('');
  assert.doesNotMatch(text, /lastTriggeredImage|dockerRepositoryCheck/);
  const worker = archive.object('shop-of-images/deploymentconfigs.apps.openshift.io.json', 'legacy-worker');
  assert.equal(at(worker, 'spec', 'triggers'), undefined);
  const frontend = archive.object('shop-of-images/deploymentconfigs.apps.openshift.io.json', 'frontend');
  const image = { kind: 'ImageStreamTag', name: 'frontend:latest', namespace: 'shop-of-images' };
  assert.deepEqual(at(frontend, 'spec', 'triggers', 1, 'imageChangeParams', 'from'), image);
  const api = archive.object('shop-of-images/buildconfigs.build.openshift.io.json', 'api');
  assert.deepEqual(at(api, 'spec', 'triggers'), [{ type: 'ImageChange', imageChange: {} }]);
});
