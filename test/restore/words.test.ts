import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CliRun } from '../cluster/run-cli.ts';
import { object, ProxiedCluster } from './proxied-cluster.ts';

// Words that mean nothing or contradict each other are told, before anything is written.

const secret = (project: string) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace: project } });
const FILES = {
  'shop/configmaps.json': [object('settings')],
  'shop/secrets.json': [secret('shop')],
  'web/secrets.json': [secret('web')],
};
let cluster: ProxiedCluster;

before(async () => {
  cluster = await ProxiedCluster.start();
});

after(async () => {
  await cluster?.end();
});

const run = (...words: string[]) => cluster.run(FILES, '--log-format', 'text', ...words);

function assertRefused({ status, stdout, stderr }: CliRun, why: RegExp): void {
  assert.equal(status, 2, stdout + stderr);
  assert.match(stderr, why);
  assert.equal(stdout, '');
}

const EMPTY: ReadonlyArray<readonly [flag: string, word: string, told: RegExp]> = [
  [
    '--exclude-resource',
    'secerts',
    /--exclude-resource secerts matches no resource type .*; did you mean secrets\?/,
  ],
  ['--resource', 'configmaps,nosuch*', /--resource nosuch\* matches no resource type in this archive/],
  [
    '--exclude-project',
    'wbe',
    /--exclude-project wbe matches no project in this archive; did you mean web\?/,
  ],
  ['--project', 'shop,shpo', /--project shpo matches no project in this archive; did you mean shop\?/],
  ['--map', 'shpo=copy', /--map shpo matches no project in this archive; did you mean shop\?/],
  ['--status', 'nosuch', /--status nosuch matches no resource type in this archive/],
  ['--replace', 'old.example.com=new', /--replace old\.example\.com: no restored object contains it/],
  [
    '--rebind-storage-class',
    'nfs',
    /--rebind-storage-class nfs: no restored claim or volume has such a class/,
  ],
];

for (const [flag, word, told] of EMPTY)
  test(`${flag} ${word}: what means nothing is told`, async () => {
    const { status, stderr } = await run(flag, word);
    assert.equal(status, 0, stderr);
    assert.match(stderr, told);
  });

test('words that mean something are not mentioned', async () => {
  const words = ['-p', 'sh*', '--resource', 'cm,sec*', '--exclude-project', 'web', '--map', 'shop=copy'];
  const { status, stderr } = await run(...words, '--existing', 'update');
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
});

test('to put a project to sleep in its own place is said before', async () => {
  const words = ['--suspend', '--existing', 'update'];
  const awake = await run(...words, '--map', 'web=copy');
  assert.match(
    awake.stderr,
    /--suspend with --existing update stops what runs in shop; --map restores a copy instead/,
  );
  for (const quiet of [['--suspend'], [...words, '-p', 'web', '--map', 'web=copy']])
    assert.doesNotMatch((await run(...quiet)).stderr, /stops what runs/);
});

test('a restore of nothing has not gone well', async () => {
  for (const words of [
    ['-p', 'nosuch'],
    ['--selector', 'no=such', '--cluster-resources', 'no'],
    ['--resource', 'nosuch', '--apply'],
  ]) {
    const { status, stderr } = await run(...words);
    assert.equal(status, 2, stderr);
    assert.match(stderr, /none of the 3 objects in evil\.zip is selected/);
  }
});

test('a named object that other words leave out', async () => {
  const named = 'shop/configmaps/settings';
  assertRefused(
    await run(named, '-p', 'web'),
    /shop\/configmaps\/settings is named, but left out by --project/,
  );
  assertRefused(await run(named, '--exclude-resource', 'cm'), /is named, but left out by --exclude-resource/);
});

test('two projects do not become one', async () => {
  const both = ['--map', 'shop=one', '--map', 'web=one'];
  assertRefused(await run(...both), /shop and web would both be restored to one/);
  assertRefused(await run('--map', 'shop=web'), /shop and web would both be restored to web/);
  for (const words of [
    [...both, '-p', 'shop'],
    ['--map', 'shop=web', '--map', 'web=shop'],
  ]) {
    const { status, stderr } = await run(...words);
    assert.equal(status, 0, stderr);
  }
});

test('nothing becomes two', async () => {
  assertRefused(
    await run('--map', 'shop=one', '--map', 'shop=two'),
    /--map: shop is given two new values, one and two/,
  );
  const twice = ['--replace', 'a.example.com=b.example.com', '--replace', 'a.example.com=c.example.com'];
  assertRefused(
    await run(...twice),
    /--replace: a\.example\.com is given two new values, b\.example\.com and c\.example\.com/,
  );
});
