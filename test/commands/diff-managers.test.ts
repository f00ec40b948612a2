import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diff } from '../../src/commands/diff.ts';
import { contextOf } from './context.ts';
import { config, type Night, volumeOf, type Writes, written } from './log-nights.ts';

const TIME = '2026-11-01T10:00:00Z';

const night = (value: string, writes: Writes): Night => ({
  'shop/configmaps.json': [config('a', { x: value })],
  'shop/_metadata/configmaps.json': [written('a', writes)],
});

/** What diff prints of a change by these managers. */
async function told(
  t: Parameters<typeof volumeOf>[0],
  managers: readonly string[],
  form: string,
): Promise<string> {
  const writes = managers.map((manager) => [manager, TIME, 'x'] as const);
  const volume = volumeOf(t, [night('1', []), night('2', writes)]);
  const { context, text } = contextOf(['diff', 'previous', 'latest', '--volume', volume, '-o', form], {
    now: new Date('2026-11-21T12:00:00Z'),
  });
  await diff(context);
  return text();
}

const HOSTILE = '\u001b]0;x\u0007<img src=x onerror=alert(1)>|`**\u202e\r\n# title';

for (const form of ['text', 'markdown', 'json', 'html'])
  test(`the name of a manager can neither control a screen nor be markup: ${form}`, async (t) => {
    const text = await told(t, [HOSTILE], form);
    assert.match(text, /onerror/);
    assert.doesNotMatch(text, /[\p{Cf}\p{Cs}]|(?![\n\t])\p{Cc}/u);
    assert.doesNotMatch(text, /\n# title/);
    if (form === 'html') assert.doesNotMatch(text, /<img/);
    if (form === 'json') assert.equal(JSON.parse(text).objects[0].changes[0].by[0].manager, HOSTILE);
  });

for (const form of ['text', 'markdown', 'json', 'html'])
  test(`names that no API server accepts, and thousands of managers, name nobody: ${form}`, async (t) => {
    assert.doesNotMatch(await told(t, ['x'.repeat(1024 * 1024)], form), /xxxx/);
    const many = await told(
      t,
      Array.from({ length: 5000 }, (_, at) => `manager-${at}`),
      form,
    );
    assert.doesNotMatch(many, /manager-\d/);
    assert.ok(many.length < 100_000);
  });
