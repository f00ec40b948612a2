import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { groupAlike, type ListingEntry } from '../../src/changes/alike.ts';
import type { ObjectChange } from '../../src/changes/change.ts';
import { diff } from '../../src/commands/diff.ts';
import { temporaryFolder } from '../archive/sample.ts';
import { type Files, object, writeArchive } from '../comparison/archives.ts';
import { contextOf } from './context.ts';

async function compared(t: TestContext, before: Files, after: Files, ...words: string[]): Promise<string> {
  const folder = temporaryFolder(t);
  writeArchive(folder, 'a.zip', before);
  writeArchive(folder, 'b.zip', after);
  const { context, text } = contextOf(['diff', join(folder, 'a.zip'), join(folder, 'b.zip'), ...words]);
  await diff(context);
  return text();
}

const cm = (namespace: string, name: string, x: string) =>
  object('ConfigMap', name, { data: { x } }, { namespace });
/** A ConfigMap `ca` in each project, and one of its own in one of them. */
const night = (projects: readonly string[], x: string, own: string): Files =>
  Object.fromEntries(
    projects.map((project) => [
      `${project}/configmaps.json`,
      [cm(project, 'ca', x), ...(project === 'b' ? [cm(project, 'own', own)] : [])],
    ]),
  );

test('the same change in several projects is told once, behind what one project has alone', async (t) => {
  const projects = ['a', 'b', 'c', 'd'];
  const text = await compared(t, night(projects, '1', '1'), night(projects, '2', '2'));
  assert.equal(
    text.split('\n').slice(2).join('\n'),
    `note: the newer archive has no _metadata: it is not known who changed the objects

b
  configmaps
    ~ own
        ~ data.x: "1" → "2"

in several projects
  configmaps
    ~ ca changed alike in 4 projects: a, b, c, d
        ~ data.x: "1" → "2"

5 objects changed in 4 projects
`,
  );
});

test('so is what came or went alike, in every form', async (t) => {
  const projects = ['a', 'b', 'c', 'd'];
  for (const [before, after, verb, sign] of [
    [{}, night(projects, '1', '1'), 'added', '+'],
    [night(projects, '1', '1'), {}, 'removed', '-'],
  ] as const) {
    const words = `${verb} alike in 4 projects: a, b, c, d`;
    assert.ok((await compared(t, before, after)).includes(`    ${sign} ca ${words}\n`));
    assert.ok(
      (await compared(t, before, after, '-o', 'markdown')).includes(
        `\n### in several projects\n\n- ${verb} \`configmaps/ca\` alike in 4 projects: a, b, c, d\n`,
      ),
    );
    const page = await compared(t, before, after, '-o', 'html');
    assert.ok(page.includes(words));
    const { objects, summary } = JSON.parse(await compared(t, before, after, '-o', 'json'));
    assert.equal(objects.length, 5);
    assert.equal(summary[verb], 5);
  }
});

test('two of a kind are told as two, another change is another', async (t) => {
  const two = ['a', 'b'];
  assert.doesNotMatch(await compared(t, night(two, '1', '1'), night(two, '2', '1')), /alike/);
  const differing = (values: readonly string[]): Files =>
    Object.fromEntries(values.map((x, at) => [`p${at}/configmaps.json`, [cm(`p${at}`, 'ca', x)]]));
  assert.doesNotMatch(await compared(t, differing(['1', '1', '1']), differing(['2', '2', '3'])), /alike/);
});

test('of many projects some are named', async (t) => {
  const projects = Array.from({ length: 40 }, (_, at) => `team-${at}`);
  const text = await compared(t, night(projects, '1', '1'), night(projects, '2', '1'));
  assert.match(text, /~ ca changed alike in 40 projects: team-0, team-1, .* and 3\d more\n/);
});

test('beyond the limit objects come as they are, but for those that are alike to some that are known', async () => {
  async function* objects(): AsyncGenerator<ObjectChange> {
    for (const [at, project] of ['a', 'b', 'c', 'd', 'e', 'f'].entries()) {
      const own = {
        project,
        type: 'things',
        kind: 'Thing',
        change: 'changed',
        changes: [],
        beingDeletedSince: null,
        size: 10,
      } as const;
      yield { ...own, name: 'ca', alike: '1' };
      yield { ...own, name: `own-${at}`, alike: `own-${at}` };
    }
  }
  const told: string[] = [];
  for await (const each of groupAlike(objects(), { objects: 4, size: 1000 }))
    told.push(
      each.kind === 'limit'
        ? 'limit'
        : `${each.kind === 'alike' ? each.projects.join('') : (each.object.project ?? '')} ${each.object.name}`,
    );
  assert.deepEqual(told, [
    'a own-0',
    'b own-1',
    'c own-2',
    'd own-3',
    'limit',
    'e own-4',
    'f own-5',
    'abcdef ca',
  ]);
});

test('of many objects that are alike, one is kept', async () => {
  async function* objects(): AsyncGenerator<ObjectChange> {
    for (let at = 0; at < 10_000; at += 1)
      yield {
        project: `team-${at}`,
        type: 'things',
        kind: 'Thing',
        name: 'ca',
        change: 'changed',
        changes: [],
        beingDeletedSince: null,
        alike: '1',
        size: 10,
      };
  }
  const entries: ListingEntry[] = [];
  for await (const entry of groupAlike(objects(), { objects: 2, size: 1000 })) entries.push(entry);
  assert.deepEqual(
    entries.map((entry) => (entry.kind === 'alike' ? entry.projects.length : entry.kind)),
    [10_000],
  );
});
