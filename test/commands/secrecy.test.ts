import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Run } from '../../src/commands/context.ts';
import { diff } from '../../src/commands/diff.ts';
import { history } from '../../src/commands/history.ts';
import { list } from '../../src/commands/list.ts';
import { show } from '../../src/commands/show.ts';
import { verify } from '../../src/commands/verify.ts';
import { listJson, temporaryFolder } from '../archive/sample.ts';
import { CANARIES, tracesOf } from '../changes/secrecy/canaries.ts';
import { type Files, writeArchive } from '../comparison/archives.ts';
import { contextOf } from './context.ts';

const NIGHTS = ['correct-horse-battery-staple-41', 'correct-horse-battery-staple-42'] as const;
const TRACES = NIGHTS.flatMap(tracesOf);

/** Each canary under a name of its own, so that they are in order. */
const OBJECTS = CANARIES.map(({ type, object }, at) => {
  const name = `canary-${String(at).padStart(3, '0')}`;
  return {
    type,
    name,
    json: (secret: string) => {
      const made: { metadata?: object } = object(secret);
      return JSON.stringify({ ...made, metadata: { ...made.metadata, name } }, null, 2).replaceAll(
        '\n',
        '\n    ',
      );
    },
  };
});

/** All of them in one project. */
function filesOf(secret: string): Files {
  const types = Map.groupBy(OBJECTS, ({ type }) => `shop/${type}.json`);
  return Object.fromEntries(
    [...types].map(([file, objects]) => [file, objects.map(({ json }) => json(secret))]),
  );
}

function volumeOf(t: TestContext): string {
  const volume = temporaryFolder(t);
  for (const [at, secret] of NIGHTS.entries())
    writeArchive(volume, `openshift-backup2026090${at + 1}0015.zip`, filesOf(secret), {
      startedAt: `2026-09-0${at + 1}T00:15:00.000Z`,
    });
  return volume;
}

async function printed(run: Run, ...words: string[]): Promise<string> {
  const { context, text } = contextOf(words, { now: new Date('2026-09-02T08:00:00Z') });
  await run(context);
  return text();
}

function assertSilent(text: string, what: string): void {
  for (const trace of TRACES) {
    const at = text.indexOf(trace);
    assert.ok(at < 0, `${what}: …${text.slice(Math.max(0, at - 300), at + 40)}`);
  }
}

const TYPES = [...new Set(OBJECTS.map(({ type }) => type))];

test('show prints no secret of an object or a file, as JSON or YAML, unless it is asked to', async (t) => {
  const volume = volumeOf(t);
  for (const form of [[], ['-o', 'yaml'], ['--status']]) {
    for (const type of TYPES)
      assertSilent(await printed(show, 'show', 'latest', `shop/${type}`, '--volume', volume, ...form), type);
    for (const { type, name } of OBJECTS)
      assertSilent(
        await printed(show, 'show', 'latest', `shop/${type}/${name}`, '--volume', volume, ...form),
        name,
      );
  }
  for (const [file, items] of Object.entries(filesOf(NIGHTS[1]))) {
    const words = ['show', 'latest', file.replace(/\.json$/, ''), '--volume', volume, '--show-secrets'];
    assert.equal(await printed(show, ...words), listJson(items));
  }
});

for (const form of ['text', 'json', 'markdown', 'html']) {
  test(`diff and history print no secret in ${form}, and notice each`, async (t) => {
    const volume = volumeOf(t);
    const compared = ['diff', 'previous', 'latest', '--volume', volume, '--include-noise', '-o', form];
    const text = await printed(diff, ...compared);
    assertSilent(text, 'diff');
    for (const { name } of OBJECTS) assert.ok(text.includes(name), `${name} has changed`);
    assert.ok((await printed(diff, ...compared, '--show-secrets')).includes(NIGHTS[1]));
    for (const { type, name } of form === 'json' ? OBJECTS : OBJECTS.filter((_, at) => at % 9 === 0)) {
      const words = ['history', `shop/${type}/${name}`, '--volume', volume, '--include-noise', '-o', form];
      assertSilent(await printed(history, ...words), name);
    }
  });
}

test('what tells of archives alone tells no secret', async (t) => {
  const volume = volumeOf(t);
  for (const form of ['text', 'json']) {
    assertSilent(await printed(list, 'list', '--volume', volume, '-o', form), 'list');
    assertSilent(await printed(verify, 'verify', '--volume', volume, '-o', form), 'verify');
    assertSilent(await printed(show, 'show', 'latest', '--volume', volume, '-o', form), 'show');
    assertSilent(await printed(show, 'show', 'latest', 'shop', '--volume', volume, '-o', form), 'show');
  }
});

test('what may hold a secret and is too large to be masked is refused, not shown', async (t) => {
  const volume = temporaryFolder(t);
  const large = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a' },
    data: { a: 'x'.repeat(9 * 1024 * 1024) },
  });
  const path = writeArchive(volume, 'a.zip', { 'shop/secrets.json': [large] });
  for (const what of ['shop/secrets', 'shop/secrets/a'])
    await assert.rejects(printed(show, 'show', path, what), {
      name: 'Failure',
      message: /too large to be masked/,
    });
  assert.match(await printed(show, 'show', path, 'shop/secrets/a', '--show-secrets'), /x{1000}/);
});
