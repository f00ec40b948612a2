import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { diff } from '../../src/commands/diff.ts';
import { sampleEntries, sampleFiles, sampleManifest, temporaryFolder } from '../archive/sample.ts';
import { makeZip } from '../archive/zip-maker.ts';
import { type Files, object, row, writeArchive } from '../comparison/archives.ts';
import { contextOf } from './context.ts';

type More = Parameters<typeof writeArchive>[3];

/** The two archives compared, with what was printed and how it ended. */
async function compared(
  t: TestContext,
  before: Files | readonly [Files, More],
  after: Files | readonly [Files, More],
  ...words: string[]
) {
  const folder = temporaryFolder(t);
  const write = (file: string, made: Files | readonly [Files, More]) =>
    isPair(made) ? writeArchive(folder, file, made[0], made[1]) : writeArchive(folder, file, made);
  const paths = [write('a.zip', before), write('b.zip', after)];
  const { context, text } = contextOf(['diff', ...paths, ...words]);
  const ending = await diff(context);
  return { ending, text: text() };
}

function isPair(made: Files | readonly [Files, More]): made is readonly [Files, More] {
  return Array.isArray(made);
}

/** `change project/type/name` of every object. */
async function objects(...[t, before, after, ...words]: Parameters<typeof compared>): Promise<string[]> {
  const { text } = await compared(t, before, after, '-o', 'json', ...words);
  return JSON.parse(text).objects.map(
    ({ change, project, type, name }: Record<string, string>) => `${change} ${project}/${type}/${name}`,
  );
}

const cm = (name: string, data: Record<string, unknown>, metadata = {}) =>
  object('ConfigMap', name, { data }, metadata);
const OWNED = { ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true, uid: '1' }] };

test('tells added, removed and changed objects by project, and ends with differences', async (t) => {
  const before = {
    'shop/configmaps.json': [cm('a', { x: '1' }), cm('c', {})],
    'namespaces.json': [object('Namespace', 'shop')],
  };
  const after = {
    'shop/configmaps.json': [cm('a', { x: '2' }), cm('b', {})],
    'web/configmaps.json': [cm('a', {})],
    'namespaces.json': [object('Namespace', 'shop'), object('Namespace', 'web')],
  };
  const { ending, text } = await compared(t, before, after);
  assert.equal(ending, 'differences');
  assert.equal(
    text.split('\n').slice(2).join('\n'),
    `note: the newer archive has no _metadata: it is not known who changed the objects

_cluster
  namespaces
    + web

shop
  configmaps
    ~ a
        ~ data.x: "1" → "2"
    + b
    - c

web
  configmaps
    + a

1 object changed, 3 added, 1 removed in 2 projects and cluster-scoped types
`,
  );
});

test('an archive has no differences to itself', async (t) => {
  const files = { 'shop/configmaps.json': [cm('a', { x: '1' })] };
  const { ending, text } = await compared(t, files, files);
  assert.equal(ending, 'done');
  assert.match(text, /\nno differences\n$/);
});

test('passes over noise unless it is asked for', async (t) => {
  const pods = (image: string) => object('Pod', 'web-1', { spec: { image } }, OWNED);
  const applied = (text: string) =>
    cm('a', {}, { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': text } });
  const before = { 'shop/pods.json': [pods('a:1')], 'shop/configmaps.json': [applied('{"a":1}')] };
  const after = { 'shop/pods.json': [pods('a:2')], 'shop/configmaps.json': [applied('{"a":2}')] };
  assert.deepEqual(await objects(t, before, after), []);
  assert.deepEqual(await objects(t, before, after, '--include-noise'), [
    'changed shop/configmaps/a',
    'changed shop/pods/web-1',
  ]);
});

test("an object that gets an owner is told, since one version of it is nobody's", async (t) => {
  const before = { 'shop/configmaps.json': [cm('a', {})] };
  const after = { 'shop/configmaps.json': [cm('a', {}, OWNED)] };
  assert.deepEqual(await objects(t, before, after), ['changed shop/configmaps/a']);
});

test('the status counts with --status alone, joined to its object', async (t) => {
  const files = (replicas: number) => ({
    'shop/deployments.apps.json': [object('Deployment', 'a'), object('Deployment', 'b')],
    'shop/_status/deployments.apps.json': [object('Deployment', 'b', { status: { replicas } })],
  });
  assert.deepEqual(await objects(t, files(1), files(2)), []);
  const { text } = await compared(t, files(1), files(2), '--status');
  assert.match(text, /~ b\n {8}~ status\.replicas: 1 → 2\n/);
});

test('claims are compared with their binding', async (t) => {
  const files = (volumeName: string) => ({
    'shop/persistentvolumeclaims.json': [object('PersistentVolumeClaim', 'a', { spec: {} })],
    'shop/_bound/persistentvolumeclaims.json': [
      object('PersistentVolumeClaim', 'a', { spec: { volumeName } }),
    ],
  });
  const { text } = await compared(t, files('pv-1'), files('pv-2'));
  assert.match(text, /~ a\n {8}~ spec\.volumeName: "pv-1" → "pv-2"\n\n1 object changed in 1 project\n$/);
});

test('masks Secrets, wherever their values stand, and tells them apart', async (t) => {
  const secret = (value: string, more: string) =>
    object(
      'Secret',
      'key',
      { data: { password: value, same: 'c2FtZQ==' }, stringData: { plain: `${value}\nlines` } },
      {
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': `{"data":{"password":"${value}"}}${more}`,
        },
      },
    );
  const files = (value: string) => ({ 'web/secrets.json': [secret(value, '')] });
  for (const form of ['text', 'json', 'markdown']) {
    const { text } = await compared(t, files('b25lb25l'), files('dHdv'), '-o', form, '--include-noise');
    assert.doesNotMatch(text, /b25lb25l|dHdv|c2FtZQ/, form);
    assert.match(text, /data\.password/);
    assert.match(text, /stringData\.plain/);
    assert.match(text, /last-applied/);
    assert.doesNotMatch(text, /data\.same/);
  }
  const { text } = await compared(t, files('b25lb25l'), files('dHdv'), '--show-secrets');
  assert.match(text, /data\.password: "b25lb25l" → "dHdv"/);
});

test('masks whatever stands in the file of Secrets, and Secrets in any other', async (t) => {
  const files = (file: string, kind: string, value: string) => ({
    [file]: [object(kind, 'key', { data: { password: value } })],
  });
  for (const [file, kind] of [
    ['web/secrets.json', 'secret'],
    ['web/things.example.com.json', 'Secret'],
  ] as const) {
    const { text } = await compared(t, files(file, kind, 'b25l'), files(file, kind, 'dHdv'));
    assert.match(text, /data\.password: "\*\*\*" → "\*\*\* \(changed\)"/);
    assert.doesNotMatch(text, /b25l|dHdv/);
  }
});

test('what only one of the two covers is not comparable', async (t) => {
  const files = { 'shop/configmaps.json': [cm('a', {})], 'shop/secrets.json': [object('Secret', 'a')] };
  const narrower = { 'shop/configmaps.json': [cm('a', {})] };
  const denied = [
    narrower,
    { resourceTypes: [row('configmaps'), row('secrets', { outcome: 'denied', reason: 'no' })] },
  ] as const;
  const { ending, text } = await compared(t, files, denied);
  assert.equal(ending, 'done');
  assert.match(text, /\nnot comparable\n {2}\? secrets \(b\.zip: denied: no\)\n\nno differences\n$/);
  const gone = [narrower, { resourceTypes: [row('configmaps')] }] as const;
  assert.deepEqual(await objects(t, files, gone), ['removed shop/secrets/a']);
  const broken = [
    narrower,
    { resourceTypes: [row('configmaps'), row('*.example.com', { outcome: 'failed' })] },
  ] as const;
  const things = { ...narrower, 'shop/things.example.com.json': [object('Thing', 'a')] };
  assert.deepEqual(await objects(t, things, broken), []);
  const project = [{}, { options: { project: ['web'] }, resourceTypes: [row('configmaps')] }] as const;
  assert.match((await compared(t, narrower, project)).text, /\? shop \(b\.zip: left out by --project/);
  const partly = [
    { 'web/secrets.json': [object('Secret', 'a')], 'shop/configmaps.json': [cm('a', {})] },
    {
      resourceTypes: [row('configmaps'), row('secrets', { scope: 'projects' })],
      deniedIn: [{ projects: ['shop'], resourceTypes: ['secrets'] }],
    },
  ] as const;
  assert.deepEqual(await objects(t, files, partly), ['added web/secrets/a']);
  assert.match(
    (await compared(t, files, partly)).text,
    /\? shop\/secrets \(b\.zip: verb list is denied in this project\)/,
  );
  const listed = [
    { 'web/configmaps.json': [cm('a', {})] },
    { resourceTypes: [row('configmaps', { scope: 'projects' })] },
  ] as const;
  assert.deepEqual(await objects(t, narrower, listed), ['added web/configmaps/a']);
});

test('what another --selector left out is passed over', async (t) => {
  const files = {
    'shop/configmaps.json': [cm('a', {}, { labels: { app: 'a' } }), cm('b', {}, { labels: { app: 'b' } })],
  };
  const selected = [{}, { options: { selector: 'app in (b)' }, resourceTypes: [row('configmaps')] }] as const;
  assert.deepEqual(await objects(t, files, selected), ['removed shop/configmaps/b']);
  assert.match((await compared(t, files, selected)).text, /^note: made with different --selector values/m);
});

test('words and options narrow it, and those that mean nothing are refused', async (t) => {
  const before = { 'namespaces.json': [], 'shop/configmaps.json': [], 'web/deployments.apps.json': [] };
  const after = {
    'namespaces.json': [object('Namespace', 'x')],
    'shop/configmaps.json': [cm('a', {}), cm('b', {}, { labels: { app: 'b' } })],
    'web/deployments.apps.json': [object('Deployment', 'a')],
  };
  const all = [
    'added _cluster/namespaces/x',
    'added shop/configmaps/a',
    'added shop/configmaps/b',
    'added web/deployments.apps/a',
  ];
  assert.deepEqual(await objects(t, before, after), all);
  assert.deepEqual(await objects(t, before, after, '-p', 'shop'), all.slice(1, 3));
  assert.deepEqual(await objects(t, before, after, '-p', '_cluster'), all.slice(0, 1));
  assert.deepEqual(await objects(t, before, after, '--cluster-resources', 'no'), all.slice(1));
  assert.deepEqual(await objects(t, before, after, 'cm'), all.slice(1, 3));
  assert.deepEqual(await objects(t, before, after, 'cm/b'), all.slice(2, 3));
  assert.deepEqual(await objects(t, before, after, 'configmap', 'a'), all.slice(1, 2));
  assert.deepEqual(await objects(t, before, after, '--selector', 'app'), all.slice(2, 3));
  assert.deepEqual(await objects(t, before, after, '--exclude-resource', 'cm,namespaces'), all.slice(3));
  await assert.rejects(compared(t, before, after, 'nonsense'), {
    message: /neither archive has a resource type nonsense/,
    ending: 'usage',
  });
  await assert.rejects(compared(t, before, after, 'cm', 'a', 'b'), {
    message: /invalid argument for diff: cm a b/,
    ending: 'usage',
  });
});

test('hostile archives end in a failure that names the file', async (t) => {
  const folder = temporaryFolder(t);
  const good = writeArchive(folder, 'good.zip', { 'shop/configmaps.json': [cm('a', { x: '1' })] });
  const write = (entries: Parameters<typeof makeZip>[0]) => {
    const path = join(folder, 'bad.zip');
    writeFileSync(path, makeZip(entries));
    return path;
  };
  const rejects = (entries: Parameters<typeof makeZip>[0], message: RegExp) =>
    assert.rejects(diff(contextOf(['diff', good, write(entries)]).context), { message, ending: 'failed' });
  await rejects([{ name: 'a', content: '' }], /bad\.zip is damaged: it has no manifest\.json/);
  const whole = sampleEntries();
  await rejects(
    whole.filter(({ name }) => name !== 'SHA256SUMS'),
    /it has no SHA256SUMS/,
  );
  await rejects(
    whole.filter(({ name }) => name !== 'shop/configmaps.json'),
    /shop\/configmaps\.json is in SHA256SUMS, but not in the archive/,
  );
  const made = (content: string) =>
    sampleEntries(new Map([['shop/configmaps.json', content]]), sampleManifest());
  await rejects(
    made('{"items":[{"metadata":{"name":"a"}}]}'),
    /shop\/configmaps\.json: items\[0\]\.apiVersion is not a string/,
  );
  await rejects(
    made(`{"items":[${'['.repeat(100_000)}${']'.repeat(100_000)}]}`),
    /nested deeper than 10000 levels/,
  );
  await rejects(made(`{"items":[${cm('b', {})},${cm('a', {})}]}`), /items\[1\] \(a\) stands after b/);
  const selector = { ...sampleManifest(), options: { selector: '((' } };
  await rejects(
    sampleEntries(sampleFiles(), selector),
    /options\.selector is invalid: "\(\(" is not a label requirement/,
  );
});

test('a type that one archive took in with --include is not comparable, neither added nor removed', async (t) => {
  const without = {
    outcome: 'excluded',
    reason: 'by default: a mirror; --include imagetags.image.openshift.io adds it',
    scope: null,
  } as const;
  const narrow = { 'shop/configmaps.json': [cm('a', {})] };
  const wide = { ...narrow, 'shop/imagetags.image.openshift.io.json': [object('ImageTag', 'a')] };
  const plain = [
    narrow,
    { resourceTypes: [row('configmaps'), row('imagetags.image.openshift.io', without)] },
  ] as const;
  const included = [wide, { options: { include: ['itag'] } }] as const;
  for (const [before, after, which] of [
    [plain, included, 'a'],
    [included, plain, 'b'],
  ] as const) {
    const { ending, text } = await compared(t, before, after);
    assert.equal(ending, 'done');
    assert.ok(
      text.includes(
        `? imagetags.image.openshift.io (${which}.zip: excluded: by default: a mirror; --include imagetags.image.openshift.io adds it)\n`,
      ),
      text,
    );
    assert.match(text, /no differences\n$/);
  }
  assert.deepEqual(await objects(t, [narrow, included[1]], included, '--include-noise'), [
    'added shop/imagetags.image.openshift.io/a',
  ]);
});

test('the Namespace object of a project belongs to it: its labels decide what may run there', async (t) => {
  const level = 'pod-security.kubernetes.io/enforce';
  const namespaces = (shop: string, web: string) => ({
    'namespaces.json': [
      object('Namespace', 'shop', {}, { labels: { [level]: shop } }),
      object('Namespace', 'web', {}, { labels: { [level]: web } }),
    ],
    'shop/configmaps.json': [cm('a', {})],
  });
  const sides = [namespaces('restricted', 'restricted'), namespaces('privileged', 'baseline')] as const;
  assert.deepEqual(await objects(t, ...sides, '-p', 'shop'), ['changed _cluster/namespaces/shop']);
  assert.deepEqual(await objects(t, ...sides, '-p', 'shop', 'cm'), []);
  assert.deepEqual(await objects(t, ...sides, '-p', 'shop', '--cluster-resources', 'no'), []);
  assert.deepEqual(await objects(t, ...sides), [
    'changed _cluster/namespaces/shop',
    'changed _cluster/namespaces/web',
  ]);
});

test('what is not comparable is named as far as it was asked for', async (t) => {
  const more = (outcome: 'exported' | 'excluded') => ({
    resourceTypes: [
      row('configmaps'),
      row('secrets', { outcome, reason: 'by option' }),
      row('nodes', { outcome, reason: 'by option', namespaced: false }),
    ],
  });
  const files = { 'shop/configmaps.json': [cm('a', {})] };
  const sides = [[files, more('exported')] as const, [files, more('excluded')] as const] as const;
  const named = async (...words: string[]) =>
    JSON.parse((await compared(t, ...sides, '-o', 'json', ...words)).text).notComparable.map(
      ({ type }: { type: string }) => type,
    );
  assert.deepEqual(await named(), ['nodes', 'secrets']);
  assert.deepEqual(await named('-p', 'shop'), ['secrets']);
  assert.deepEqual(await named('-p', 'shop', '--cluster-resources', 'yes'), ['nodes', 'secrets']);
  assert.deepEqual(await named('cm'), []);
});

test('patterns of a manifest that would take an age are held against projects in no time', async (t) => {
  const options = { project: ['*a*a*a*a*a*a*a*a*a*a*a*ab'], 'exclude-project': [`${'*a'.repeat(2000)}b`] };
  const files = (value: string) => ({ [`${'a'.repeat(63)}/configmaps.json`]: [cm('a', { value })] });
  const { ending } = await compared(t, [files('1'), { options }], files('2'));
  assert.equal(ending, 'done');
});

test('names of hostile archives reach no terminal and no markup as they are', async (t) => {
  const after = { 'shop/configmaps.json': [cm('`*x*`<b>\u001b[2J', { 'k\u001b': '```\nx' })] };
  const text = await compared(t, { 'shop/configmaps.json': [] }, after);
  assert.ok(!text.text.includes('\u001b'));
  const markdown = await compared(t, { 'shop/configmaps.json': [] }, after, '-o', 'markdown');
  assert.ok(markdown.text.includes('\\`\\*x\\*\\`\\<b\\>'));
});

test('a diff in Markdown stands in a fence that nothing in it can close', async (t) => {
  const files = (line: string) => ({ 'shop/configmaps.json': [cm('a', { text: `one\n${line}\n` })] });
  const { text } = await compared(t, files('````'), files('two'), '-o', 'markdown');
  assert.match(text, /\n`````diff\n {2}data\.text:\n@@ -1,2 \+1,2 @@\n one\n-````\n\+two\n`````\n/);
});

test('a project or type that neither archive has is worth a warning: no difference would be a false answer', async (t) => {
  const folder = temporaryFolder(t);
  const files = { 'shop/configmaps.json': [cm('a', {})] };
  const paths = [writeArchive(folder, 'a.zip', files), writeArchive(folder, 'b.zip', files)];
  const warned = async (...words: string[]) => {
    const { context } = contextOf(['diff', ...paths, ...words]);
    const warnings: string[] = [];
    const ending = await diff({ ...context, log: { ...context.log, warn: (text) => warnings.push(text) } });
    assert.equal(ending, 'done');
    return warnings;
  };
  assert.deepEqual(await warned('-p', 'shpo,shop'), [
    '--project shpo matches no project in these archives; did you mean shop?',
  ]);
  assert.deepEqual(await warned('--resource', 'configmap,nosuch*'), [
    '--resource nosuch* matches no resource type in these archives',
  ]);
  assert.deepEqual(await warned('-p', '_cluster', '--exclude-project', 'x', '--exclude-resource', 'y'), []);
});
