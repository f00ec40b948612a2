import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ZipFile } from '../cluster/run-cli.ts';
import { rehearse } from '../rehearsal/ground.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { pathOf, type ServedType, servedTypes } from '../support/discovery.ts';
import { compare, typePathOf } from '../support/every-kind/comparison.ts';
import { DIFFERENCES } from '../support/every-kind/differences.ts';
import {
  EVENTS,
  LEFT_OUT,
  NEVER_ARCHIVED,
  NOT_IN_SAMPLE,
  OF_THE_SERVER,
} from '../support/every-kind/expected.ts';
import { PROJECT } from '../support/every-kind/project.ts';
import { removeAll } from '../support/every-kind/removal.ts';
import { everyKind } from '../support/every-kind.ts';
import { at, type KubeObject, listAt, textAt } from '../support/kube-object.ts';
import { waitFor } from '../support/wait.ts';
import { backUp, type Restored, restore, told, Volume } from './restore-runs.ts';

const SERVER = {
  // As a cluster has it, with the types that are still on trial.
  'disable-admission-plugins': null,
  'runtime-config': 'api/beta=true',
  'feature-gates': 'AllBeta=true',
};
/** Nobody serves the API that the sample registers. */
const ALL_TYPES = ['--include-default-excluded', '--exclude-resource', '*.weather.example.com'];
const TRUEST = [
  '--cluster-resources',
  'yes',
  '--preserve-nodeports',
  '--rebind-storage-class',
  '*',
  '--status',
  '*',
];
const LAST = /^(\w+\.admissionregistration|apiservices\.apiregistration)\.k8s\.io$/;

let control: ControlPlane;
let sample: readonly KubeObject[];
let types: readonly ServedType[];
let first: ZipFile;
let second: ZipFile;
let run: Restored;
let again: Restored;
const volume = new Volume();

before(async () => {
  control = await startControlPlane({ apiServerFlags: SERVER });
  sample = everyKind(control);
  await control.apply(sample);
  types = await servedTypes(control.admin);
  first = await backUp(volume, control.kubeconfig, ...ALL_TYPES);
  await awaitAdmission();
  await removeAll(control, sample);
  run = await restore(volume, control.kubeconfig, '--apply', ...TRUEST);
  await awaitAdmission();
  second = await backUp(volume, control.kubeconfig, ...ALL_TYPES);
  again = await restore(volume, control.kubeconfig, ...TRUEST);
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

test('the sample has every type that the server serves, but for those that are no objects', () => {
  const ours = new Set(sample.map(typeOf));
  const missing = types.filter((type) => !ours.has(nameOf(type)));
  assert.deepEqual([...new Set(missing.map(nameOf))].sort(), Object.keys(NOT_IN_SAMPLE).sort());
  const lasting = missing.filter(({ verbs }) => verbs.includes('list') && verbs.includes('create'));
  assert.deepEqual([...new Set(lasting.map(nameOf))], ['ipaddresses.networking.k8s.io']);
});

test('the archive has every object of the sample, but for tokens', () => {
  const archived = new Set(placesIn(first));
  const missing = sample.map(placeOfObject).filter((place) => !archived.has(place));
  assert.deepEqual(missing.sort(), [...NEVER_ARCHIVED].sort());
});

test('all of it comes back, but for what a rule leaves out', () => {
  assert.equal(run.status, 0, run.stderr);
  const ours = new Set(sample.map(placeOfObject));
  const rows = run.rows.map((row) => ({ ...row, place: `${row.project}/${row.type}/${row.name}` }));
  const excluded = rows.filter(({ outcome }) => outcome === 'excluded');
  const byRule = Object.groupBy(
    excluded.filter(({ place }) => ours.has(place)),
    ({ rule }) => rule ?? '',
  );
  const found = Object.entries(byRule).map(([rule, members = []]) => [
    rule,
    members.map(({ place }) => place).sort(),
  ]);
  assert.deepEqual(Object.fromEntries(found), LEFT_OUT);
  const others = rows.filter(
    ({ outcome, place }) => ours.has(place) && outcome !== 'excluded' && outcome !== 'created',
  );
  assert.deepEqual(told(others), []);
});

test('what was there all the time is as it was, and all that is left out of it is made by the server', () => {
  const ours = new Set(sample.map(placeOfObject));
  const others = run.rows.filter(({ project, type, name }) => !ours.has(`${project}/${type}/${name}`));
  assert.deepEqual(
    told(others, ({ outcome }) => outcome !== 'existed' && outcome !== 'excluded'),
    [],
  );
  const excluded = told(others, ({ outcome }) => outcome === 'excluded').map((row) =>
    row.replace('excluded ', ''),
  );
  assert.deepEqual(
    excluded.filter((place) => !isOfTheServer(place)),
    [],
  );
  for (const pattern of OF_THE_SERVER)
    assert.ok(
      excluded.some((place) => pattern.test(place)),
      String(pattern),
    );
});

test('what speaks in the creation of others comes after all others', () => {
  const created = run.rows.filter(({ outcome }) => outcome === 'created');
  const late = created.slice(-8).filter(({ type }) => LAST.test(type));
  assert.deepEqual(late.map(({ name }) => name).sort(), [
    'lenient',
    'mark',
    'mark',
    'marking',
    'no-more',
    'no-more',
    'strict',
    'v1.weather.example.com',
  ]);
});

test('exported again, all type files are equal to the byte, but for what has to be another', () => {
  const left = new Set(Object.values(LEFT_OUT).flat());
  const isLeftOut = (place: string) => left.has(place) || isOfTheServer(place);
  const { unexplained, unused } = compare([first, second], isLeftOut, DIFFERENCES);
  assert.deepEqual(unexplained, []);
  assert.deepEqual(unused, []);
  assert.deepEqual(
    placesIn(second).filter((place) => left.has(place)),
    [],
  );
});

test('owners are those that are there now', async () => {
  const owned: string[] = [];
  for (const file of second.typeFiles) {
    for (const item of second.items(file)) {
      for (const reference of listAt(item, 'metadata', 'ownerReferences')) {
        const [apiVersion, kind, name, uid] = ['apiVersion', 'kind', 'name', 'uid'].map((key) =>
          textAt(reference, key),
        );
        const type = types.find((each) => each.apiVersion === apiVersion && each.kind === kind);
        assert.ok(type !== undefined);
        const owner = await control.request('GET', `${pathOf(type, PROJECT)}/${name}`);
        assert.equal(uid, textAt(owner, 'metadata', 'uid'));
        owned.push(`${textAt(item, 'kind')} ${textAt(item, 'metadata', 'name')} of ${kind} ${name}`);
      }
    }
  }
  assert.deepEqual(owned.sort(), [
    'ClusterRole of-fleet of Fleet all',
    'ConfigMap of-engine of Engine main',
    'Engine documented of ConfigMap plain',
    'Engine main of Fleet all',
    'Engine spare of Engine main',
    'PersistentVolumeClaim data-ledger-0 of StatefulSet ledger',
    'ServiceAccount of-engine of Engine main',
  ]);
});

test('a rehearsal proves all of it, but for what a rule leaves out', async () => {
  const { status, result, stderr } = await rehearse(volume, first.path);
  assert.equal(status, 0, stderr);
  const left = new Set(Object.values(LEFT_OUT).flat());
  const places = placesIn(first).filter((place) => !/^[^/]*\/_/.test(place));
  const ours = new Set(sample.map(placeOfObject));
  const isRehearsed = (place: string) => !left.has(place) && (ours.has(place) || !isOfTheServer(place));
  assert.equal(at(result, 'objects'), new Set(places).size);
  assert.equal(at(result, 'proven'), new Set(places.filter(isRehearsed)).size);
  for (const each of listAt(result, 'notRehearsed')) assert.notEqual(textAt(each, 'reason'), '');
});

test('asked once more, everything is there and equal', () => {
  assert.equal(again.status, 0, again.stderr);
  assert.deepEqual(
    told(again.rows, ({ outcome }) => outcome !== 'existed' && outcome !== 'excluded'),
    [],
  );
});

/** The sample's policy and webhook refuse what they are made to refuse, now that the server knows of them. */
async function awaitAdmission(): Promise<void> {
  const refusals = { policy: 422, webhook: 500 };
  for (const [watched, status] of Object.entries(refusals)) {
    const metadata = { name: 'probe', labels: { watched } };
    const probe = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
    await waitFor(`the ${watched} to refuse`, async () => {
      const path = `/api/v1/namespaces/${PROJECT}/configmaps?dryRun=All`;
      return (await control.admin.answer('POST', path, probe)).status === status;
    });
  }
}

function isOfTheServer(place: string): boolean {
  return EVENTS.test(place) || OF_THE_SERVER.some((pattern) => pattern.test(place));
}

function placesIn(archive: ZipFile): string[] {
  return archive.typeFiles.flatMap((file) => archive.objects(file).map((name) => typePathOf(file, name)));
}

function placeOfObject(object: KubeObject): string {
  return `${object.metadata.namespace ?? '_cluster'}/${typeOf(object)}/${object.metadata.name}`;
}

function typeOf({ apiVersion, kind }: KubeObject): string {
  const type = types.find((each) => each.apiVersion === apiVersion && each.kind === kind);
  return type === undefined ? `unserved ${apiVersion} ${kind}` : nameOf(type);
}

/** As archives name it. */
function nameOf({ apiVersion, resource }: ServedType): string {
  return apiVersion.includes('/') ? `${resource}.${apiVersion.split('/', 1)[0]}` : resource;
}
