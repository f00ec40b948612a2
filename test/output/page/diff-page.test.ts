import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { HOSTILE, hostileObjects, manyObjects, ordinaryObjects } from './objects.ts';
import { changed, comparisonOf, FACTS, lone, pageOf } from './sample.ts';

const ordinary = () => pageOf(comparisonOf(ordinaryObjects()));

test('the same comparison gives the same bytes', async () => {
  assert.equal(await ordinary(), await ordinary());
});

test('the policy allows only the style and script of the page', async () => {
  const page = await ordinary();
  const hash = (tag: string) => {
    const text = new RegExp(`<${tag}(?: type="module")?>(.*?)</${tag}>`, 's').exec(page)?.[1] ?? '';
    return `sha256-${createHash('sha256').update(text).digest('base64')}`;
  };
  const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page)?.[1]?.split('; ');
  assert.deepEqual(policy, [
    "default-src 'none'",
    `style-src '${hash('style')}'`,
    `script-src '${hash('script')}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]);
  assert.match(page, /^<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta http-equiv/);
  assert.match(page, /<meta name="referrer" content="no-referrer">/);
});

test('the page contains nothing that its policy forbids, and loads nothing', async () => {
  const page = await ordinary();
  assert.doesNotMatch(page, /<[^>]*\s(style|on[a-z]+|src|srcset|href="[^#])=/);
  assert.doesNotMatch(page, /<(link|base|iframe|img|object|embed|form)\b/);
  assert.doesNotMatch(page, /innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|@import|url\(/);
  for (const [, address] of page.matchAll(/href="([^"]*)"/g)) assert.match(address ?? '', /^#[a-z0-9]+$/);
});

test('hostile content adds no element, no attribute and no change of direction', async () => {
  const text = HOSTILE.join('');
  const archive = { name: text, time: '2026-09-10T00:15:00Z' };
  const facts = { ...FACTS.before, cluster: { server: text, version: text }, identity: { user: text } };
  const page = await pageOf(
    comparisonOf(hostileObjects(), {
      before: archive,
      after: archive,
      notes: [text],
      notComparable: [{ project: text, type: text, before: text, after: text }],
    }),
    {
      before: facts,
      after: facts,
      archives: FACTS.archives.map((each) => ({ ...each, file: text })),
    },
  );
  assert.equal(page.match(/<script/g)?.length, 1);
  assert.equal(page.match(/<style/g)?.length, 1);
  assert.doesNotMatch(page, /<img|<svg onload|<!--/);
  assert.doesNotMatch(page, /[\p{Bidi_Control}\p{Cs}\ufeff\u200b]|(?![\n\t])\p{Cc}/u);
});

test('values of Secrets are in the page only with --show-secrets', async () => {
  const values = ['geheim-alt', 'geheim-neu', 'another-secret'];
  const [from, to, more] = values.map((value) => Buffer.from(value).toString('base64'));
  const copy = { 'kubectl.kubernetes.io/last-applied-configuration': `{"data":{"p":"${from}"}}` };
  const before = { kind: 'Secret', metadata: {}, data: { p: from }, stringData: { q: values[0] } };
  const after = {
    kind: 'Secret',
    metadata: { annotations: copy },
    data: { p: to, r: more },
    stringData: { q: `${values[1]}\nline` },
  };
  const page = (secrets: boolean) =>
    pageOf(comparisonOf([changed('shop', 'secrets', 'db', before, after, secrets)]), {
      showsSecrets: secrets,
    });
  const [masked, open] = [await page(false), await page(true)];
  for (const value of [...values, from, to, more]) assert.ok(!masked.includes(value ?? ''), value);
  for (const value of [from, to, more]) assert.ok(open.includes(value ?? ''), value);
  assert.match(masked, /data\.r <small>added<.*?\+<\/i>&quot;\*\*\*&quot;/s);
  assert.match(masked, /<ins> \(changed\)<\/ins>/);
  assert.match(masked, /Values of Secrets are masked/);
  assert.doesNotMatch(open, /Values of Secrets are masked/);
  assert.match(open, /This page contains the values of Secrets/);
});

test('objects are counted by project and type', async () => {
  const page = await ordinary();
  assert.match(page, /5 objects changed, 2 added, 1 removed in 2 projects and cluster-scoped types\./);
  const rows = [
    ...page.matchAll(/<tr><th scope="row(?:group)?">(.*?)<\/th>((?:<td[^>]*>\d*<\/td>){3})<\/tr>/g),
  ];
  const table = rows.map(([, name = '', cells = '']) =>
    [name, ...cells.split('</td>').slice(0, 3)].map((cell) => cell.replace(/<[^>]*>/g, '')),
  );
  assert.deepEqual(table.slice(0, 5), [
    ['Cluster-scoped', '1', '1', ''],
    ['clusterroles.rbac.authorization.k8s.io', '', '1', ''],
    ['namespaces', '1', '', ''],
    ['shop', '1', '3', '1'],
    ['configmaps', '', '1', ''],
  ]);
  assert.equal(table.length, 10);
});

test('without differences, the page says so', async () => {
  const page = await pageOf(comparisonOf([]));
  assert.match(page, /<p class="lead">No differences\.<\/p>/);
  assert.doesNotMatch(page, /class="item/);
});

test('a cut says how much is left out, and names a command that shows it, quoted for a shell', async () => {
  const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}\n`).join('');
  const many = Object.fromEntries(Array.from({ length: 250 }, (_, at) => [`k${at}`, 'v']));
  const page = await pageOf(
    comparisonOf([
      changed('shop', 'configmaps', "it's $(here)", { data: {} }, { data: { text: lines(800) } }),
      changed(null, 'widgets.example.com', 'many', { data: {} }, { data: many }),
      changed('shop', 'widgets.example.com', 'whole', { a: 1 }, { a: 2 }),
    ]),
    { options: ['--status'] },
  );
  assert.match(page, /300 more lines left out/);
  assert.match(page, /50 more changes left out/);
  const archives = 'openshift-backup202609100015.zip openshift-backup202609110015.zip';
  const commands = [...page.matchAll(/<kbd>(openshift-backup [^<]*)<\/kbd>/g)].map(([, command]) => command);
  assert.deepEqual(commands, [
    `openshift-backup diff ${archives} configmaps &#39;it&#39;\\&#39;&#39;s $(here)&#39; -p shop --status`,
    `openshift-backup diff ${archives} widgets.example.com many -p _cluster --status`,
  ]);
});

test('more objects than a page can hold are counted, and the page says so', async () => {
  function* objects() {
    for (let at = 0; at < 20_003; at += 1) yield lone('shop', 'configmaps', `c${at}`, 'added');
  }
  const page = await pageOf(comparisonOf(objects()));
  assert.match(page, /<span class="added">20,003 added<\/span>/);
  assert.equal(page.match(/<li class="item/g)?.length, 20_000);
  assert.match(page, /3 more objects are counted, but too many for this page to list/);
  assert.match(page, /<p class="cut">3 more objects not listed<\/p>/);
});

test('the size of a page is limited, whatever changed', async () => {
  const text = (word: string) =>
    `${Array.from({ length: 450 }, (_, at) => `${word} ${at} ${'x'.repeat(900)}\n`).join('')}`;
  const one = changed('shop', 'configmaps', 'big', { a: text('a') }, { a: text('b') });
  const page = await pageOf(
    comparisonOf(Array.from({ length: 60 }, (_, at) => ({ ...one, name: `big${at}` }))),
  );
  assert.ok(page.length < 27_000_000, String(page.length));
  assert.equal(page.match(/<li class="item/g)?.length, 60);
  assert.match(page, /Too long for this page/);
});

test('a few changes are open at first, many are closed', async () => {
  assert.equal((await ordinary()).match(/<li [^>]*><details open>/g)?.length, 5);
  const many = await pageOf(comparisonOf(manyObjects(400)));
  assert.equal(many.match(/<li [^>]*><details>/g)?.length, 400);
  assert.match(many, /<section id="changes" class="many">/);
});
