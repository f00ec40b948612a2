import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { definition } from '../support/definition.ts';
import { at, type KubeObject } from '../support/kube-object.ts';
import { runCli, Volume, type ZipFile } from './run-cli.ts';
import { runHere } from './run-here.ts';

const FILES = {
  configMaps: 'filtered/configmaps.json',
  secrets: 'filtered/secrets.json',
  gadgets: 'filtered/gadgets.example.com.json',
  gadgetStatus: 'filtered/_status/gadgets.example.com.json',
};
/** 2^53 + 1, which JavaScript and jq before 1.7 have no number for. */
const BIG = '9007199254740993';
/** A ConfigMap may hold a Secret in a text. */
const MANIFEST = 'kind: Secret\nstringData:\n  password: hunter2\n';
const GADGET = `{"apiVersion":"example.com/v1","kind":"Gadget","metadata":{"name":"exact","namespace":"filtered"},
"spec":{"serial":${BIG},"ratio":1.10,"__proto__":{"a":null}},"status":{"seen":${BIG}}}`;

let control: ControlPlane;
before(async () => {
  control = await startControlPlane();
  const object = (kind: string, name: string, body = {}): KubeObject => ({
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace: 'filtered' },
    ...body,
  });
  await control.apply([
    definition('gadgets.example.com', 'Gadget'),
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'filtered' } },
    object('ConfigMap', 'plain', {
      data: { colour: 'blue', manifest: MANIFEST },
    }),
    object('ConfigMap', 'noise', { data: { colour: 'grey' } }),
    object('Secret', 'password', { data: { password: Buffer.from('hunter2').toString('base64') } }),
  ]);
  await control.request('POST', '/apis/example.com/v1/namespaces/filtered/gadgets', Buffer.from(GADGET));
});
after(() => control.stop());

const filtered = (volume: Volume, filter: string, ...words: string[]) =>
  runHere([
    ...['--volume', volume.path, '--kubeconfig', control.kubeconfig, '--project', 'filtered'],
    ...['--filter', filter, ...words],
  ]);

/** The archive of a run with this filter, which must end well. */
async function archiveOf(volume: Volume, filter: string): Promise<ZipFile> {
  const run = await filtered(volume, filter);
  assert.equal(run.status, 0, run.stderr);
  return volume.latest();
}

/** A run that must end without an archive; gives its one error. */
async function refused(filter: string, status: number, ...words: string[]) {
  using volume = new Volume();
  const run = await filtered(volume, filter, ...words);
  assert.equal(run.status, status, run.stderr);
  assert.deepEqual(volume.files(), []);
  const errors = run.log.filter(({ level }) => level === 'error');
  assert.equal(errors.length, 1, run.stderr);
  return { message: String(errors[0]?.msg), hint: String(errors[0]?.hint), stderr: run.stderr };
}

/** A run in which one type fails, and nothing of it is archived; gives the reason. */
async function failedFor(type: string, filter: string, ...words: string[]) {
  using volume = new Volume();
  const run = await filtered(volume, filter, ...words);
  assert.equal(run.status, 3, run.stderr);
  const archive = volume.latest();
  const failed = archive.manifest.resourceTypes.filter(({ outcome }) => outcome === 'failed');
  assert.deepEqual(
    failed.map(({ name }) => name),
    [type],
  );
  assert(!archive.names.some((name) => name.endsWith(`/${type}.json`)), 'nothing of it is archived');
  return { reason: failed[0]?.reason ?? '', stderr: run.stderr, archive: archive.names };
}

test('an object for which the filter has no output is left out', async () => {
  using volume = new Volume();
  const archive = await archiveOf(volume, 'select(.kind != "Secret" and .metadata.name != "noise")');
  assert.deepEqual(archive.objects(FILES.configMaps), ['plain']);
  assert(!archive.names.includes(FILES.secrets));
  assert.deepEqual([archive.type('secrets').outcome, archive.type('secrets').objects], ['empty', 0]);
  assert.deepEqual(
    archive.manifest.options.filter,
    'select(.kind != "Secret" and .metadata.name != "noise")',
  );
});

test('changes of the filter are archived; it can be read from a file', async () => {
  using volume = new Volume();
  const file = join(control.directory, 'mask.jq');
  writeFileSync(file, '# no passwords\nif .kind == "Secret" then .data[] = "" else . end # the rest stays\n');
  const archive = await archiveOf(volume, `@${file}`);
  assert.deepEqual(at(archive.object(FILES.secrets, 'password'), 'data'), { password: '' });
  assert.deepEqual(at(archive.object(FILES.configMaps, 'plain'), 'data'), {
    colour: 'blue',
    manifest: MANIFEST,
  });
});

test('objects that the filter does not change keep their bytes', async () => {
  using plain = new Volume();
  const words = ['--volume', plain.path, '--kubeconfig', control.kubeconfig, '--project', 'filtered'];
  assert.equal((await runHere(words)).status, 0);
  using volume = new Volume();
  const archive = await archiveOf(volume, '.');
  for (const file of Object.values(FILES)) assert.equal(archive.text(file), plain.latest().text(file), file);
  assert.match(archive.text(FILES.gadgets), new RegExp(`"serial": ${BIG}\\n`));
  assert.match(archive.text(FILES.gadgetStatus), new RegExp(`"seen": ${BIG}`));
});

test('the filter gets objects as they are archived, with their status', async () => {
  using volume = new Volume();
  const seen =
    'if (.metadata | has("uid")) or (has("apiVersion") and has("kind") | not) then error("raw") else . end';
  const archive = await archiveOf(volume, `${seen} | if .status.seen then .status.seen = 1 else . end`);
  assert.deepEqual(at(archive.object(FILES.gadgetStatus, 'exact'), 'status'), { seen: 1 });
  using without = new Volume();
  assert(!(await archiveOf(without, 'del(.status)')).names.includes(FILES.gadgetStatus));
});

test('an error of the filter fails the type and names the object; the rest is archived', async () => {
  const program = 'if .data.colour == "grey" then error("too grey") else . end';
  const { reason, archive } = await failedFor('configmaps', program);
  assert.equal(reason, '--filter: filtered/configmaps/noise: too grey');
  for (const file of [FILES.secrets, FILES.gadgets]) assert(archive.includes(file), file);
});

test('an error of the filter shows no content of objects', async () => {
  const ofConfigMap = await failedFor(
    'configmaps',
    'if .kind == "ConfigMap" then .data.colour + 1 else . end',
  );
  assert.match(ofConfigMap.reason, /^--filter: filtered\/configmaps\/\w+: string \(…\) cannot be added$/);
  for (const program of ['.data.password|fromjson', '.data|halt_error', '.data.password|error']) {
    const { reason, stderr } = await failedFor('secrets', `if .kind == "Secret" then ${program} else . end`);
    assert.match(reason, /filtered\/secrets\/password/);
    assert.doesNotMatch(stderr, /aHVudGVyMg|hunter2/);
  }
  const embedded = await failedFor(
    'configmaps',
    'if .kind == "ConfigMap" and .data.manifest then .data.manifest|error else . end',
  );
  assert.match(embedded.reason, /filtered\/configmaps\/plain: jq fails on it/);
  assert.doesNotMatch(embedded.stderr, /hunter2/);
});

for (const [what, program, said] of [
  ['several values', '., .', /\/noise: it yields 2 values instead of one; /],
  ['another name', '.metadata.name = "other"', /\/noise it yields something else than this object; /],
  ['another project', '.metadata.namespace = "other"', /\/noise it yields something else than this object; /],
  ['no object', '.metadata.name', /\/noise it yields something else than this object; /],
  ['null', 'null', /\/noise it yields something else than this object; /],
  ['another kind', '.kind = "Secret"', /an object in it is a Secret, not a ConfigMap/],
  [
    'the next object too',
    '[., input] | first',
    /jq answered for 1 of 2 objects, from filtered\/configmaps\/noise on/,
  ],
  ['an end of everything', 'halt', /jq answered for \d of 2 objects, from filtered\/configmaps\/noise on/],
  [
    'more than memory holds',
    '.data.a = ("x" * 400000000)',
    /\/noise: jq (needs more than 256 MiB for it|did not finish within 60 s)/,
  ],
  [
    'values without end',
    '("x" * 100000) as $text | range(1e12) | $text + tostring',
    /\/noise: jq (needs more than 256 MiB for it|did not finish within 60 s)/,
  ],
  ['more than can be taken', '.data.a = ("x" * 40000000)', /\/noise: it yields more than 32 MiB/],
] as const) {
  test(`a filter whose output is ${what} fails the type`, async () => {
    const { reason } = await failedFor('configmaps', program, '--resource', 'configmaps');
    assert.match(reason, said);
  });
}

test('an object that is nested too deeply for jq fails its type', async () => {
  const path = '/apis/example.com/v1/namespaces/filtered/gadgets';
  const deep = `${'{"a":'.repeat(300)}{}${'}'.repeat(300)}`;
  const body = `{"apiVersion":"example.com/v1","kind":"Gadget","metadata":{"name":"deep"},"spec":${deep}}`;
  await control.request('POST', path, Buffer.from(body));
  try {
    const { reason, archive } = await failedFor('gadgets.example.com', '.');
    assert.match(
      reason,
      /^--filter: filtered\/gadgets\.example\.com\/deep: jq ended with an error: .*depth limit/,
    );
    assert(archive.includes(FILES.configMaps));
  } finally {
    await control.request('DELETE', `${path}/deep`);
  }
});

for (const [what, filter, said] of [
  ['that does not compile', '.metadata |', /^--filter: .*syntax error/],
  ['with an unknown function', 'no_such_function', /^--filter: .*no_such_function/],
  ['that closes brackets which it has not opened', '.) | (.', /^--filter: .*syntax error/],
  ['of several functions', 'def a: 1; def b: 2;', /^--filter: .*syntax error/],
] as const) {
  test(`a filter ${what} ends the run before anything is written`, async () => {
    const nowhere = ['--kubeconfig', '/nonexistent'];
    const { message, hint } = await refused(filter, 2, ...nowhere);
    assert.match(message, said);
    assert.match(hint, /test the program with jq/);
  });
}

test('objects that the filter changes keep their metadata file, objects that it drops have none', async () => {
  using volume = new Volume();
  const archive = await archiveOf(
    volume,
    'select(.metadata.name != "noise") | if .data.colour then .data.colour = "red" else . end',
  );
  const file = 'filtered/_metadata/configmaps.json';
  const served = await control.request('GET', '/api/v1/namespaces/filtered/configmaps/plain');
  assert.equal(at(archive.object(FILES.configMaps, 'plain'), 'data', 'colour'), 'red');
  assert.deepEqual(archive.objects(file), archive.objects(FILES.configMaps));
  for (const key of ['uid', 'creationTimestamp', 'managedFields'])
    assert.deepEqual(at(archive.object(file, 'plain'), 'metadata', key), at(served, 'metadata', key), key);
});

test('a missing file, and a machine without jq, are reported at once', async () => {
  using volume = new Volume();
  const missing = await filtered(volume, '@/nonexistent/mask.jq');
  assert.equal(missing.status, 2);
  assert.match(missing.stderr, /^openshift-backup: --filter @\/nonexistent\/mask\.jq: ENOENT/);
  const words = ['--volume', volume.path, '--filter', '.'];
  const none = await runCli(words, { environment: { PATH: '/nonexistent' } });
  assert.equal(none.status, 2);
  assert.equal(none.log[0]?.msg, '--filter needs jq, which is not on the PATH');
  assert.equal(none.log[0]?.hint, 'install jq, or set JQ_PATH');
  assert.deepEqual(volume.files(), []);
});
