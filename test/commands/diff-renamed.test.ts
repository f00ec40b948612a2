import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { diff } from '../../src/commands/diff.ts';
import { temporaryFolder } from '../archive/sample.ts';
import { type Files, object, writeArchive } from '../comparison/archives.ts';
import { contextOf } from './context.ts';

async function compared(t: TestContext, before: Files, after: Files, ...words: string[]): Promise<string> {
  const folder = temporaryFolder(t);
  const select = { options: words.includes('selected') ? { selector: 'app=shop' } : {} };
  writeArchive(folder, 'a.zip', before, select);
  writeArchive(folder, 'b.zip', after);
  const given = words.filter((word) => word !== 'selected');
  const { context, text } = contextOf(['diff', join(folder, 'a.zip'), join(folder, 'b.zip'), ...given]);
  await diff(context);
  return text();
}

/** `change name` of every object, with its name before. */
async function objects(...given: Parameters<typeof compared>): Promise<string[]> {
  const { objects: found } = JSON.parse(await compared(...given, '-o', 'json'));
  return found.map(
    ({ change, name, renamedFrom }: Record<string, string>) =>
      `${change} ${renamedFrom === null ? '' : `${renamedFrom} → `}${name}`,
  );
}

const cm = (name: string, data: Record<string, string>, metadata = {}) =>
  object('ConfigMap', name, { data }, metadata);
const night = (...items: readonly string[]): Files => ({ 'shop/configmaps.json': items });
const [OLD, NEW] = ['settings-f4d8hkg6bt', 'settings-9c2m7t5b4h'];

test('an object whose name carries a hash of its content is one that changed', async (t) => {
  const before = night(cm('other', { x: '1' }), cm(OLD, { level: 'info', url: 'https://db' }));
  const after = night(cm('other', { x: '2' }), cm(NEW, { level: 'debug', url: 'https://db' }));
  const text = await compared(t, before, after);
  assert.equal(
    text.split('\n').slice(2).join('\n'),
    `note: the newer archive has no _metadata: it is not known who changed the objects

shop
  configmaps
    ~ other
        ~ data.x: "1" → "2"
    ~ settings-f4d8hkg6bt → settings-9c2m7t5b4h
        ~ data.level: "info" → "debug"

2 objects changed in 1 project
`,
  );
  assert.match(
    await compared(t, before, after, '-o', 'markdown'),
    /^changed `configmaps\/settings-f4d8hkg6bt → settings-9c2m7t5b4h`\n\n```diff\n- data\.level: "info"/m,
  );
  const page = await compared(t, before, after, '-o', 'html');
  assert.match(page, /<b>settings-f4d8hkg6bt → settings-9c2m7t5b4h<\/b> <span>data\.level<\/span>/);
  const { objects, summary } = JSON.parse(await compared(t, before, after, '-o', 'json'));
  const { changes, ...renamed } = objects[1];
  assert.deepEqual(renamed, {
    change: 'changed',
    project: 'shop',
    type: 'configmaps',
    kind: 'ConfigMap',
    name: NEW,
    renamedFrom: OLD,
    beingDeletedSince: null,
    created: null,
    recreated: false,
    by: [],
  });
  assert.deepEqual(
    changes.map(({ path }: { path: string }) => path),
    ['data.level'],
  );
  assert.deepEqual([summary.added, summary.changed, summary.removed], [0, 2, 0]);
});

test('labels that repeat the hash are told, and the name alone is told, too', async (t) => {
  const labelled = (name: string) => cm(name, { x: '1' }, { labels: { hash: name } });
  assert.match(await compared(t, night(labelled(OLD)), night(labelled(NEW))), /~ metadata\.labels\.hash: /);
  assert.match(
    await compared(t, night(cm(OLD, {})), night(cm(NEW, {}))),
    new RegExp(`    ~ ${OLD} → ${NEW}\n\n1 object changed`),
  );
});

test('long hashes are cut, and whole in JSON', async (t) => {
  const [old, young] = ['0a1b2c3d', '9f8e7d6c'].map((part) => `db-${part.repeat(8)}`);
  const nights = [night(cm(old ?? '', {})), night(cm(young ?? '', {}))] as const;
  assert.match(await compared(t, ...nights), / {4}~ db-0a1b2c3d… → db-9f8e7d6c…\n/);
  assert.deepEqual(await objects(t, ...nights), [`changed ${old} → ${young}`]);
});

test('values of Secrets stay masked, and are still compared', async (t) => {
  const secret = (name: string, password: string): Files => ({
    'shop/secrets.json': [object('Secret', name, { data: { password, user: 'YQ==' }, type: 'Opaque' })],
  });
  const text = await compared(t, secret(OLD, 'b2xk'), secret(NEW, 'bmV3'));
  assert.match(text, /~ data\.password: "\*\*\*" → "\*\*\* \(changed\)"\n\n1 object changed/);
  assert.doesNotMatch(text, /b2xk|bmV3|user/);
});

test('names, labels and options narrow it as they do any object', async (t) => {
  const before = night(cm(OLD, { x: '1' }), cm('settings-other', { x: '1' }));
  const after = night(cm(NEW, { x: '2' }, { labels: { app: 'shop' } }), cm('settings-other', { x: '2' }));
  for (const words of [
    ['configmaps', OLD],
    ['configmaps', NEW],
    ['--selector', 'app=shop'],
  ])
    assert.deepEqual(await objects(t, before, after, ...words), [`changed ${OLD} → ${NEW}`]);
  assert.deepEqual(await objects(t, before, after, '--ignore', 'configmaps:data.x'), [
    `changed ${OLD} → ${NEW}`,
  ]);
  assert.deepEqual(
    await objects(t, before, after, '--ignore', 'cm:data.x,cm:metadata.name,cm:metadata.labels'),
    [],
  );
});

test('what one archive would not have taken is not renamed', async (t) => {
  const before = night(cm(OLD, { x: '1' }, { labels: { app: 'shop' } }));
  const after = night(cm(NEW, { x: '2' }));
  assert.deepEqual(await objects(t, before, after, 'selected'), [`removed ${OLD}`]);
});

test('noise is passed over before', async (t) => {
  const lock = { annotations: { 'cluster-autoscaler.kubernetes.io/last-updated': 'now' } };
  const nights = [night(cm(OLD, {}, lock)), night(cm(NEW, {}))] as const;
  assert.deepEqual(await objects(t, ...nights), [`added ${NEW}`]);
  assert.match(await compared(t, ...nights), /\nNot shown: 1 /);
  assert.deepEqual(await objects(t, ...nights, '--include-noise'), [`changed ${OLD} → ${NEW}`]);
});

test('renamed alike in several projects is told once, also where the hashes are others', async (t) => {
  const projects = ['a', 'b', 'c'];
  const nights = (x: string, name: (project: string) => string): Files =>
    Object.fromEntries(
      projects.map((project) => [
        `${project}/configmaps.json`,
        [cm(name(project), { x }, { namespace: project })],
      ]),
    );
  assert.match(
    await compared(
      t,
      nights('1', () => OLD),
      nights('2', () => NEW),
    ),
    new RegExp(`~ ${OLD} → ${NEW} changed alike in 3 projects: a, b, c\n {8}~ data.x`),
  );
  const [before, after] = [
    nights('1', (own) => `app-${own}1b2c3d4`),
    nights('2', (own) => `app-9${own}f8e7d6`),
  ];
  assert.match(
    await compared(t, before, after),
    / {4}~ app-… changed alike in 3 projects: a, b, c\n {8}~ data\.x: "1" → "2"\n\n3 objects changed/,
  );
  projects.pop();
  assert.match(
    await compared(
      t,
      nights('1', (own) => `app-${own}1b2c3d4`),
      nights('2', (own) => `app-9${own}f8e7d6`),
    ),
    /app-b1b2c3d4 → app-9bf8e7d6\n/,
  );
});
