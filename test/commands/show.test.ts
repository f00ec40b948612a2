import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { load } from 'js-yaml';
import { show } from '../../src/commands/show.ts';
import {
  listJson,
  objectJson,
  sampleEntries,
  sampleFiles,
  sampleManifest,
  temporaryFolder,
} from '../archive/sample.ts';
import { makeZip } from '../archive/zip-maker.ts';
import { contextOf } from './context.ts';

const now = new Date('2026-09-11T03:15:00Z');
const ESCAPE = '\u001b[2J';

/** The sample and what is hard about it. */
function files(): Map<string, string> {
  const odd = objectJson('Widget', 'odd', { spec: { big: 'BIG', csi: '\u009b2J' } }).replace(
    '"BIG"',
    '12345678901234567890.10',
  );
  return sampleFiles()
    .set('web/widgets.example.com.json', listJson([odd]))
    .set('web/deployments.example.com.json', listJson([objectJson('Deployment', 'x')]));
}

async function shown(test: TestContext, words: readonly string[], options = {}): Promise<string> {
  const volume = temporaryFolder(test);
  const manifest = sampleManifest();
  const types = [
    ...manifest.resourceTypes,
    ...manifest.resourceTypes.slice(0, 1).map((type) => ({ ...type, name: `evil${ESCAPE}` })),
  ];
  const bytes = makeZip(sampleEntries(files(), { ...manifest, resourceTypes: types }));
  writeFileSync(join(volume, 'openshift-backup202609110015.zip'), bytes);
  const { context, text } = contextOf(['show', '--volume', volume, ...words], { now, ...options });
  assert.equal(await show(context), 'done');
  return text();
}

test('an archive: facts, projects, types with outcome and reason', async (t) => {
  const text = await shown(t, ['latest']);
  assert.match(text, /^archive {3}openshift-backup202609110015\.zip, [\d.]+ KiB, complete$/m);
  assert.match(text, /^cluster {3}https:\/\/api\.example\.com:6443, v1\.36\.3$/m);
  assert.match(text, /^started {3}2026-09-11 00:15 UTC \(3 hours ago\), took 2\.5 s$/m);
  assert.match(text, /^changes {3}1 added, 2 changed, 0 removed since openshift-backup202609100015\.zip$/m);
  assert.match(text, /^scope {5}--exclude-resource \*\.metrics\.k8s\.io --no-status false$/m);
  assert.match(
    text,
    /^PROJECT +OBJECTS\n_cluster +2\n└─ namespaces +2\nshop +2\n└─ configmaps +2\nweb +4\n├─ /m,
  );
  assert.match(text, /^├─ secrets +1\n└─ widgets\.example\.com +1\n$/m);
  assert.match(text, /^configmaps +exported +2$/m);
  assert.match(text, /^nodes +denied +- {2}needs list on nodes$/m);
});

test('control characters reach no screen, nor a pipe behind which one may be', async (t) => {
  assert.match(await shown(t, ['latest']), /^evil\\u001b\[2J {2}/m);
  for (const options of [{ columns: 80 }, { columns: 0 }]) {
    assert.match(await shown(t, ['latest', 'web/widgets/odd'], options), /"csi": "\\u009b2J"/);
    for (const words of [['latest'], ['latest', '-o', 'json'], ['latest', 'web'], ['latest', 'web/widgets']])
      assert.doesNotMatch(await shown(t, words, options), /(?!\n)\p{Cc}/u);
  }
});

test('an archive as JSON holds the manifest', async (t) => {
  const { archive, path, bytes, manifest, tree } = JSON.parse(await shown(t, ['latest', '-o', 'json']));
  assert.equal(archive, 'openshift-backup202609110015.zip');
  assert.ok(path.endsWith(archive) && bytes > 0);
  assert.deepEqual(manifest.totals, sampleManifest().totals);
  assert.deepEqual(tree[0], {
    project: '_cluster',
    objects: 2,
    beingDeleted: null,
    beingDeletedSince: null,
    types: [{ type: 'namespaces', objects: 2, beingDeleted: null }],
  });
});

test('the facts of an archive are there also where one of its files is damaged', async (t) => {
  const path = join(temporaryFolder(t), 'a.zip');
  const entries = sampleEntries().map((entry) =>
    entry.name === 'web/secrets.json' ? { ...entry, crc: 1 } : entry,
  );
  writeFileSync(path, makeZip(entries));
  const { context, text } = contextOf(['show', path]);
  await assert.rejects(show(context), { name: 'Damage', message: /web\/secrets\.json/ });
  assert.match(text(), /^identity {2}system:/m);
});

test('a project: its files with object counts', async (t) => {
  const rows = (await shown(t, ['latest', 'web'])).split('\n').map((row) => row.trim().split(/ {2,}/));
  assert.deepEqual(
    rows.map(([type, objects, , file]) => [type, objects, file]),
    [
      ['TYPE', 'OBJECTS', 'FILE'],
      ['secrets', '1', 'web/secrets.json'],
      ['deployments.apps', '1', 'web/deployments.apps.json'],
      ['_status/deployments.apps', '1', 'web/_status/deployments.apps.json'],
      ['widgets.example.com', '1', 'web/widgets.example.com.json'],
      ['deployments.example.com', '1', 'web/deployments.example.com.json'],
      ['', undefined, undefined],
    ],
  );
  const cluster = JSON.parse(await shown(t, ['latest', '_cluster', '-o', 'json']));
  const bytes = sampleFiles().get('namespaces.json')?.length;
  assert.deepEqual(cluster, [
    { type: 'namespaces', objects: 2, bytes, file: 'namespaces.json', beingDeleted: null },
  ]);
});

test('a type file comes as it stands', async (t) => {
  for (const [words, file] of [
    ['shop/configmaps', 'shop/configmaps.json'],
    ['web/widgets.example.com', 'web/widgets.example.com.json'],
    ['web/_status/deployments', 'web/_status/deployments.apps.json'],
    ['_cluster/namespaces', 'namespaces.json'],
  ] as const) {
    assert.equal(await shown(t, ['latest', words]), files().get(file)?.replace('\u009b', '\\u009b'));
  }
});

test('carriage returns between values do not let one line write over another', async (t) => {
  const path = join(temporaryFolder(t), 'a.zip');
  const file = files().get('shop/configmaps.json') ?? '';
  const odd = new Map(files()).set('shop/configmaps.json', file.replaceAll('\n', '\r'));
  writeFileSync(path, makeZip(sampleEntries(odd)));
  const { context, text } = contextOf(['show', path, 'shop/configmaps']);
  await show(context);
  assert.equal(text(), file);
});

test('an object comes with every digit of its numbers', async (t) => {
  assert.equal(
    await shown(t, ['latest', 'web/widgets/odd']),
    '{\n  "apiVersion": "v1",\n  "kind": "Widget",\n  "metadata": {\n    "name": "odd"\n  },\n' +
      '  "spec": {\n    "big": 12345678901234567890.10,\n    "csi": "\\u009b2J"\n  }\n}\n',
  );
});

test('a type may be named as for kubectl', async (t) => {
  const configmaps = await shown(t, ['latest', 'shop/configmaps']);
  for (const type of ['cm', 'configmap', 'CM'])
    assert.equal(await shown(t, ['latest', `shop/${type}`]), configmaps);
  assert.match(await shown(t, ['latest', '_cluster/ns/web']), /"kind": "Namespace"/);
  // Of the two types of deployments, only the built-in one has the short name.
  assert.match(await shown(t, ['latest', 'web/deploy']), /"name": "front"/);
});

test('--status gives objects their status back', async (t) => {
  const { status } = JSON.parse(await shown(t, ['latest', 'web/deploy/front', '--status']));
  assert.deepEqual(status, { replicas: 2 });
  assert.match(
    await shown(t, ['latest', 'web/deploy', '--status']),
    /\n {6}"status": \{\n {8}"replicas": 2\n {6}\}\n {4}\}\n/,
  );
  assert.equal(
    await shown(t, ['latest', 'web/secrets', '--status']),
    await shown(t, ['latest', 'web/secrets']),
  );
});

test('YAML of an object, a file, a project, an archive', async (t) => {
  assert.equal(
    await shown(t, ['latest', 'web/widgets/odd', '-o', 'yaml']),
    'apiVersion: v1\nkind: Widget\nmetadata:\n  name: odd\nspec:\n  big: 12345678901234567890.10\n  csi: "\\u009b2J"\n',
  );
  assert.equal(
    await shown(t, ['latest', 'shop/cm', '-o', 'yaml']),
    'apiVersion: v1\nkind: List\nitems:\n' +
      '- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: a\n' +
      '- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: b\n',
  );
  for (const words of [['latest'], ['latest', 'web']]) {
    const [yaml, json] = [await shown(t, [...words, '-o', 'yaml']), await shown(t, [...words, '-o', 'json'])];
    const path = /openshift-backup-\w+(?=\/)/;
    const read = JSON.stringify(load(yaml)).replace(path, '');
    assert.equal(read, JSON.stringify(JSON.parse(json)).replace(path, ''));
  }
});

test('the values of Secrets are masked in YAML too', async (t) => {
  assert.match(await shown(t, ['latest', 'web/secrets/key', '-o', 'yaml']), /^ {2}password: "\*\*\*"$/m);
  assert.match(await shown(t, ['latest', 'web/secrets', '-o', 'yaml']), /^ {4}password: "\*\*\*"$/m);
  const revealed = await shown(t, ['latest', 'web/secrets/key', '-o', 'yaml', '--show-secrets']);
  assert.match(revealed, /^ {2}password: c2VjcmV0$/m);
});

test('the values of Secrets are masked, in files and objects, unless they are asked for', async (t) => {
  const masked = files().get('web/secrets.json')?.replace('c2VjcmV0', '***');
  assert.equal(await shown(t, ['latest', 'web/secrets']), masked);
  assert.match(await shown(t, ['latest', 'web/secrets/key']), /^ {4}"password": "\*\*\*"$/m);
  assert.equal(await shown(t, ['latest', 'web/secrets', '--show-secrets']), files().get('web/secrets.json'));
  assert.match(await shown(t, ['latest', 'web/secrets/key', '--show-secrets']), /"password": "c2VjcmV0"/);
});

const MISTAKES: ReadonlyArray<readonly [readonly string[], RegExp]> = [
  [[], /^show needs an ARCHIVE$/],
  [['latest', 'web', 'shop'], /invalid argument for show: web shop/],
  [['latest', 'web//x'], /invalid argument for show: web\/\/x/],
  [['latest', 'wbe'], /has no project wbe; it has shop, web$/],
  [
    ['latest', 'web/configmaps'],
    /has no configmaps in web \(configmaps: exported\); it has secrets, deployments\.apps, /,
  ],
  [
    ['latest', '_cluster/nodes'],
    /has no nodes in _cluster \(nodes: needs list on nodes\); it has namespaces$/,
  ],
  [
    ['latest', 'web/deployments'],
    /matches several types in web: deployments\.apps, deployments\.example\.com$/,
  ],
  [['latest', 'shop/configmaps/c'], /has no c in shop\/configmaps\.json; it has a, b$/],
];

for (const [words, message] of MISTAKES) {
  test(`show ${words.join(' ')} says what is there instead`, async (t) => {
    await assert.rejects(shown(t, words), { name: 'Failure', message, ending: 'usage' });
  });
}

test('a damaged file is told without quoting it', async (t) => {
  const path = join(temporaryFolder(t), 'a.zip');
  const broken = sampleFiles().set('web/secrets.json', listJson(['{"data":{"a":"hunter2}}']));
  writeFileSync(path, makeZip(sampleEntries(broken)));
  for (const what of ['web/secrets', 'web/secrets/key']) {
    const { context } = contextOf(['show', path, what]);
    await assert.rejects(show(context), (error) => {
      assert.ok(error instanceof Error && error.name === 'Damage');
      assert.match(error.message, /web\/secrets\.json.*not valid JSON/);
      assert.doesNotMatch(error.message, /hunter/);
      return true;
    });
  }
});

test('an option for objects that meets no object is worth a warning', async (t) => {
  const volume = temporaryFolder(t);
  writeFileSync(join(volume, 'openshift-backup202609110015.zip'), makeZip(sampleEntries()));
  const warningsOf = async (...words: string[]) => {
    const { context } = contextOf(['show', 'latest', ...words, '--volume', volume], { now });
    const warnings: string[] = [];
    await show({ ...context, log: { ...context.log, warn: (message) => warnings.push(message) } });
    return warnings;
  };
  assert.deepEqual(await warningsOf('--status', '--metadata'), [
    '--status and --metadata: no effect without a TYPE',
  ]);
  assert.deepEqual(await warningsOf('web', '--status'), ['--status: no effect without a TYPE']);
  assert.deepEqual(await warningsOf('web/secrets', '--status'), []);
});
