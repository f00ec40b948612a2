import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { log } from '../../src/commands/log.ts';
import { temporaryFolder } from '../archive/sample.ts';
import type { Files } from '../comparison/archives.ts';
import { object, row } from '../comparison/archives.ts';
import { contextOf } from './context.ts';
import {
  ALL_TYPES,
  config,
  fileOf,
  logOf,
  type Night,
  now,
  runLog,
  volumeOf,
  type Writes,
  written,
} from './log-nights.ts';

const at = (day: number, time: string) => `2026-11-${String(day).padStart(2, '0')}T${time}Z`;

/** Night 1: a=1, b=1. On day 1, alice sets a at 10:00 and bob b at 11:00. On day 2, nobody knows who sets a. */
const STORY: readonly Night[] = [
  {
    'shop/configmaps.json': [config('settings', { a: '1', b: '1' })],
    'shop/_metadata/configmaps.json': [written('settings', [['alice', at(1, '00:00:00'), 'a', 'b']])],
  },
  {
    'shop/configmaps.json': [config('new', { x: '1' }), config('settings', { a: '2', b: '2' })],
    'shop/_metadata/configmaps.json': [
      written('new', [['helm', at(1, '09:00:00'), 'x']], { created: at(1, '09:00:00') }),
      written('settings', [
        ['alice', at(1, '10:00:00'), 'a'],
        ['bob', at(1, '11:00:00'), 'b'],
      ]),
    ],
  },
  {
    'shop/configmaps.json': [config('settings', { a: '3', b: '2' })],
    'shop/_metadata/configmaps.json': [written('settings', [['bob', at(1, '11:00:00'), 'b']])],
  },
];

test('a line for each change, the newest first, with the second and the manager where they are known', async (t) => {
  assert.equal(
    await logOf(t, STORY),
    `between 2026-11-02 00:15 and 2026-11-03 00:15 - shop/configmaps/new
between 2026-11-02 00:15 and 2026-11-03 00:15 ~ shop/configmaps/settings  data.a: "2" → "3"
2026-11-01 11:00:00 bob                       ~ shop/configmaps/settings  data.b: "1" → "2"
2026-11-01 10:00:00 alice                     ~ shop/configmaps/settings  data.a: "1" → "2"
2026-11-01 09:00:00 helm                      + shop/configmaps/new

5 changes in 3 archives from 2026-11-01 00:15 UTC to 2026-11-03 00:15 UTC
`,
  );
});

test('JSON has an object for each change', async (t) => {
  const { archives, changes, unread, notes } = JSON.parse(await logOf(t, STORY, '-o', 'json'));
  assert.deepEqual(archives[0], { archive: fileOf(2), time: at(3, '00:15:03.000') });
  assert.deepEqual([unread, notes], [[], []]);
  const [, , third] = changes;
  assert.deepEqual(
    changes.map(({ time, by, change, name, changes }: Record<string, unknown[]>) => [
      time,
      by?.map((each) => (each as { manager: string }).manager),
      change,
      name,
      changes?.map((each) => (each as { path: string }).path),
    ]),
    [
      [null, [], 'removed', 'new', []],
      [null, [], 'changed', 'settings', ['data.a']],
      [at(1, '11:00:00'), ['bob'], 'changed', 'settings', ['data.b']],
      [at(1, '10:00:00'), ['alice'], 'changed', 'settings', ['data.a']],
      [at(1, '09:00:00'), ['helm'], 'added', 'new', []],
    ],
  );
  assert.deepEqual(third.before, { archive: fileOf(0), time: at(1, '00:15:03.000') });
  assert.equal(third.after.archive, fileOf(1));
});

interface Logged {
  readonly change: string;
  readonly project: string;
  readonly name: string;
  readonly before: { readonly archive: string };
  readonly after: { readonly archive: string };
}

/** The objects and times of a log, one text for each change. */
async function lines(...[t, nights, ...words]: Parameters<typeof logOf>): Promise<string[]> {
  const { changes } = JSON.parse(await logOf(t, nights, '-o', 'json', ...words));
  return changes.map(
    ({ change, project, name, before, after }: Logged) =>
      `${change} ${project}/${name} ${nightOf(before)}-${nightOf(after)}`,
  );
}

function nightOf({ archive }: { archive: string }): number {
  return Number(archive.slice('openshift-backup202611'.length, -'0015.zip'.length));
}

test('--since and --until choose by the time of a change, or by the archives around it', async (t) => {
  assert.deepEqual(await lines(t, STORY, '--since', '2026-11-01T10:30'), [
    'removed shop/new 2-3',
    'changed shop/settings 2-3',
    'changed shop/settings 1-2',
  ]);
  assert.deepEqual(await lines(t, STORY, '--until', '2026-11-01T10:30'), [
    'changed shop/settings 1-2',
    'added shop/new 1-2',
  ]);
  assert.deepEqual(await lines(t, STORY, '--since', '18d12h'), [
    'removed shop/new 2-3',
    'changed shop/settings 2-3',
  ]);
});

test('what one archive does not cover is compared with an older one that does', async (t) => {
  const shop = (value: string): Files => ({ 'shop/configmaps.json': [config('settings', { a: value })] });
  const bank = (value: string): Files => ({
    'bank/configmaps.json': [object('ConfigMap', 'rates', { data: { a: value } }, { namespace: 'bank' })],
    'bank/secrets.json': [object('Secret', 'gone', {}, { namespace: 'bank' })],
  });
  const narrow = { options: { project: ['shop'] } };
  const { 'bank/secrets.json': _, ...without } = bank('2');
  const nights: Night[] = [
    { ...shop('1'), ...bank('1') },
    [shop('2'), narrow],
    [shop('3'), narrow],
    { ...shop('3'), ...without },
  ];
  assert.deepEqual((await lines(t, nights)).sort(), [
    'changed bank/rates 1-4',
    'changed shop/settings 1-2',
    'changed shop/settings 2-3',
    'removed bank/gone 1-4',
  ]);
});

test('a type that failed one night is compared with the night before that', async (t) => {
  const night = (value: string): Files => ({
    'shop/configmaps.json': [config('settings', { a: value })],
    'shop/secrets.json': [object('Secret', 'key', { data: { a: value } }, { namespace: 'shop' })],
  });
  const { 'shop/secrets.json': _, ...failed } = night('2');
  const types = ALL_TYPES.map((type) =>
    type.name === 'secrets' ? row('secrets', { outcome: 'failed', reason: 'HTTP 500' }) : type,
  );
  const nights: Night[] = [night('1'), [failed, { resourceTypes: types }], night('2')];
  assert.deepEqual(await lines(t, nights), ['changed shop/key 1-3', 'changed shop/settings 1-2']);
});

test('archives that cannot be read are named, and the others are compared', async (t) => {
  const night = (value: string): Files => ({ 'shop/configmaps.json': [config('settings', { a: value })] });
  const text = await logOf(t, [night('1'), 'damaged', night('2')]);
  assert.match(text, /^between 2026-11-01 00:15 and 2026-11-03 00:15 ~ shop\/configmaps\/settings/);
  assert.match(text, new RegExp(`\nnot read: ${fileOf(1)} \\(damaged: `));
});

test('archives of two clusters are two series', async (t) => {
  const night = (value: string, uid: string): Night => [
    { 'shop/configmaps.json': [config('settings', { a: value })] },
    { cluster: { server: `https://${uid}`, version: 'v1', uid } },
  ];
  const nights = [night('1', 'one'), night('9', 'two'), night('2', 'one'), night('9', 'two')];
  assert.deepEqual(await lines(t, nights), ['changed shop/settings 1-3']);
  assert.match(await logOf(t, nights), /note: the archives are of 2 clusters/);
});

test('arguments and options choose objects; types can be short words, and each part a glob', async (t) => {
  const night = (value: string): Files => ({
    'namespaces.json': [object('Namespace', 'shop', {}, { labels: { a: value } })],
    'shop/configmaps.json': [config('a', { a: value }), config('b', { a: value })],
    'shop/deployments.apps.json': [
      object('Deployment', 'web', { spec: { replicas: Number(value) } }, { namespace: 'shop' }),
    ],
    'shop-test/configmaps.json': [
      object('ConfigMap', 'a', { data: { a: value } }, { namespace: 'shop-test' }),
    ],
  });
  const nights = [night('1'), night('2')];
  const names = async (...words: string[]) =>
    (await lines(t, nights, ...words)).map((line) => line.split(' ')[1]).sort();
  const shop = ['_cluster/shop', 'shop/a', 'shop/b', 'shop/web'];
  assert.deepEqual(await names('shop'), shop);
  assert.deepEqual(await names('-p', 'shop'), shop);
  assert.deepEqual(await names('shop/deploy'), ['shop/web']);
  assert.deepEqual(await names('shop/cm/b', 'shop/deployments'), ['shop/b', 'shop/web']);
  assert.deepEqual(await names('shop*/cm/[a]'), ['shop-test/a', 'shop/a']);
  assert.deepEqual(await names('_cluster'), ['_cluster/shop']);
  assert.deepEqual(await names('_cluster/ns/shop'), ['_cluster/shop']);
  assert.deepEqual(await names('--resource', 'deploy'), ['shop/web']);
  assert.deepEqual(await names('shop', '--exclude-resource', 'cm,ns'), ['shop/web']);
  assert.deepEqual(await names('shop', '--ignore', 'configmaps:data.a'), ['_cluster/shop', 'shop/web']);
});

test('arguments that no archive knows are wrong usage', async (t) => {
  const nights: Night[] = [{ 'shop/configmaps.json': [config('a', {})] }];
  await assert.rejects(logOf(t, nights, 'shpo'), {
    ending: 'usage',
    message: 'no archive has a project shpo; did you mean shop?',
  });
  await assert.rejects(logOf(t, nights, 'shop/nosuch'), { ending: 'usage' });
  await assert.rejects(logOf(t, nights, 'shop/_status/cm'), { ending: 'usage' });
  await assert.rejects(logOf(t, nights, 'shop//x'), { ending: 'usage' });
  await assert.rejects(logOf(t, []), { ending: 'usage' });
});

test('without changes, the log says so', async (t) => {
  const night: Night = {
    'shop/configmaps.json': [config('a', {})],
    'shop/_metadata/configmaps.json': [written('a', [])],
  };
  assert.equal(
    await logOf(t, [night, night]),
    'no changes in 2 archives from 2026-11-01 00:15 UTC to 2026-11-02 00:15 UTC\n',
  );
  assert.equal(await logOf(t, [night]), 'no changes: there is one archive, 2026-11-01 00:15 UTC\n');
});

test('lines fit 100 columns, however long names, managers and paths are', async (t) => {
  const name = 'a-very-long-name-'.repeat(12);
  const key = 'some.long.key-'.repeat(20);
  const night = (value: string, writes: Writes): Night => ({
    'shop/configmaps.json': [
      config(name, { [key]: value }),
      config('b', { [key]: value, x: value, y: value }),
    ],
    'shop/_metadata/configmaps.json': [written(name, writes), written('b', writes)],
  });
  const manager = 'a-client-with-a-long-name-'.repeat(4);
  const text = await logOf(t, [night('1', []), night('2', [[manager, at(1, '10:00:00'), key, 'x']])]);
  const changes = text.split('\n').filter((line) => line.includes(' shop/'));
  assert.equal(changes.length, 3);
  for (const line of changes) assert.ok(line.length <= 100, `${line.length}: ${line}`);
  assert.match(text, /…/);
});

test('names from archives control no terminal, and make no markup', async (t) => {
  const manager = '\u001b]0;x\u0007<b>|`*\u202e';
  const night = (value: string): Night => ({
    'shop/configmaps.json': [config('a', { x: value })],
    'shop/_metadata/configmaps.json': [
      written('a', value === '1' ? [] : [[manager, at(1, '10:00:00'), 'x']]),
    ],
  });
  const nights = [night('1'), night('2')];
  const text = await logOf(t, nights);
  assert.match(text, / \\u001b\]0;.*<b>\|`\*\\u202e ~ shop/);
  const markdown = await logOf(t, nights, '-o', 'markdown');
  assert.match(markdown, /\| \\\\u001b\\\]0;x\\\\u0007\\<b\\>\\\|\\`\\\*\\\\u202e \| changed \|/);
  for (const output of [text, markdown, await logOf(t, nights, '-o', 'json')])
    assert.doesNotMatch(output, /[\p{Cf}--\n]|(?!\n)\p{Cc}/v);
});

test('on a terminal, signs and managers are coloured', async (t) => {
  const { context, text } = contextOf(['log', '--volume', volumeOf(t, STORY), '--no-pager'], {
    now,
    columns: 120,
  });
  await log(context);
  assert.match(
    JSON.stringify(text()),
    /2026-11-01 11:00:00\\u001b\[36m bob +\\u001b\[39m \\u001b\[33m~ shop/,
  );
});

test('the page shows where copies are, with --copy-to; a place that cannot be listed is only a warning', async (t) => {
  const volume = volumeOf(t, STORY);
  const place = temporaryFolder(t);
  copyFileSync(join(volume, fileOf(1)), join(place, fileOf(1)));
  const copiesIn = (html: string) => {
    const table = html.slice(html.indexOf('<h2>Archives</h2>'));
    return [0, 1, 2].map(
      (night) => new RegExp(`${fileOf(night)}</th>.*<td[^>]*>([^<]*)</td></tr>`).exec(table)?.[1],
    );
  };
  const html = await runLog(volume, '-o', 'html', '--copy-to', place);
  assert.match(html, /<th scope="col"[^>]*>Copies<\/th>/);
  assert.deepEqual(copiesIn(html), ['none', place, 'none']);
  const words = ['log', '--volume', volume, '-o', 'html', '--copy-to', `${place},/nonexistent`];
  const { context, text } = contextOf(words, { now });
  const warnings: string[] = [];
  const ending = await log({ ...context, log: { ...context.log, warn: (line) => warnings.push(line) } });
  assert.deepEqual([ending, copiesIn(text())], ['done', ['unknown', place, 'unknown']]);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /\/nonexistent/);
  assert.doesNotMatch(await runLog(volume, '-o', 'html'), /<th scope="col"[^>]*>Copies<\/th>/);
});
