import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { log } from '../../src/commands/log.ts';
import { contextOf } from '../commands/context.ts';
import { unwrapped } from '../support/page-text.ts';
import { runHere } from './run-here.ts';
import { ThreeNights } from './three-nights.ts';

// Who changed what, and when, is read from the archives alone. diff, log and history say the same in every form.

let nights: ThreeNights;

before(async () => {
  nights = await ThreeNights.pass();
});
after(() => nights?.end());

async function printed(words: readonly string[]): Promise<string> {
  const run = await runHere([...words, '--volume', nights.volume.path]);
  assert.ok(run.status === 0 || run.status === 1, run.stderr);
  return run.stdout;
}

/** Without what differs from run to run: names of archives and times. */
function timeless(text: string): string {
  const archives = nights.volume.archives();
  return text
    .replace(
      /openshift-backup\d+(\\?_\d+)?\.zip/g,
      (file) => `ARCHIVE ${archives.indexOf(file.replace('\\', '')) + 1}`,
    )
    .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?( UTC|Z)?/g, 'TIME')
    .replace(/ data-(from|to)="\d+"/g, '');
}

/** The part of a page that shows the changes; dates and options are not wrapped. */
function changesOf(html: string): string {
  const changes = html.slice(html.indexOf('<section id="changes"'), html.indexOf('</main>'));
  return unwrapped(changes);
}

/** Compares a text with a file, which `GOLDEN=write` writes. */
function assertGolden(file: string, text: string): void {
  const path = join(import.meta.dirname, 'golden/attribution', file);
  assert.match(text, /TIME/);
  if (process.env.GOLDEN === 'write') writeFileSync(path, text);
  assert.equal(text, readFileSync(path, 'utf8'));
}

/** What controllers make in their own time. */
const STILL = ['--exclude-resource', 'secrets,pods,replicasets.apps'];

const secondNight = () => ['diff', ...nights.volume.archives().slice(0, 2)];

const STORIES: Readonly<Record<string, () => readonly string[]>> = {
  'diff-second': () => [...secondNight(), ...STILL],
  'diff-third': () => ['diff', 'previous', 'latest', ...STILL],
  log: () => ['log', 'shop', ...STILL],
  'history-web': () => ['history', 'shop/deployments.apps/web'],
  'history-shared': () => ['history', 'shop/configmaps/shared'],
  'history-again': () => ['history', 'shop/configmaps/again'],
};

for (const [story, words] of Object.entries(STORIES)) {
  test(`${story} names the managers and times as text`, async () => {
    assertGolden(`${story}.txt`, await textOf(words()));
  });
  for (const [form, ending] of [
    ['markdown', 'md'],
    ['json', 'json'],
  ])
    test(`${story} names the managers and times as ${form}`, async () => {
      assertGolden(`${story}.${ending}`, timeless(await printed([...words(), '-o', form ?? ''])));
    });
  test(`${story} names the managers and times as a page`, async () => {
    assertGolden(`${story}.html`, timeless(changesOf(await printed([...words(), '-o', 'html']))));
  });
}

async function textOf(words: readonly string[]): Promise<string> {
  if (words[0] !== 'log') return timeless(await printed(words));
  // Times have other lengths than TIME: the line has room for everything, and columns are not compared.
  const { context, text } = contextOf([...words, '--volume', nights.volume.path, '--no-pager'], {
    columns: 300,
  });
  await log({ ...context, environment: { NO_COLOR: '1' } });
  return timeless(text()).replace(/ +/g, ' ');
}

interface Changed {
  readonly path: string;
  readonly by: ReadonlyArray<Readonly<Record<string, string>>>;
}

async function changesOfWeb(...words: readonly string[]): Promise<readonly Changed[]> {
  const { objects } = JSON.parse(await printed([...secondNight(), 'deploy', 'web', '-o', 'json', ...words]));
  return objects[0].changes;
}

test('a change of the status is attributed to its controller', async () => {
  const changes = await changesOfWeb('--status', '--include-noise');
  const status = changes.filter(({ path }) => path === 'status.observedGeneration');
  assert.deepEqual(
    status.map(({ by }) => by.map(({ manager, subresource }) => [manager, subresource])),
    [[['kube-controller-manager', 'status']]],
  );
});

test('the times are those between the two archives, in the zone of the report', async () => {
  const { before: from, after: to } = JSON.parse(await printed([...secondNight(), '-o', 'json']));
  const change = (await changesOfWeb()).find(({ path }) => path === 'spec.replicas');
  const time = Date.parse(change?.by[0]?.time ?? '');
  assert.ok(time >= Date.parse(from.time) - 1000 && time <= Date.parse(to.time) + 1000, String(time));
  const shown = /spec\.replicas: 3 → 5 {3}kubectl-edit, (\S+ \S+)/.exec(
    await printed([...secondNight(), 'deploy', 'web', '--zone', 'Asia/Kolkata']),
  );
  assert.equal(Date.parse(`${shown?.[1]?.replace(' ', 'T')}+05:30`), time);
});
