import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChangeLog } from '../../src/changes/change-log.ts';
import { NotShownCount } from '../../src/changes/comparison.ts';
import type { LogEntry } from '../../src/changes/log-entry.ts';
import { logMarkdown, logText } from '../../src/output/log.ts';

const FORM = { zone: 'UTC', columns: 100, colour: false, typeName: (type: string) => type };

function entryOf(name: string): LogEntry {
  const named = { project: 'shop', type: 'configmaps', kind: 'ConfigMap', name };
  return {
    object: { ...named, change: 'added', changes: [], beingDeletedSince: null },
    projects: null,
    hasOtherNames: false,
    interval: {
      before: { name: 'one.zip', time: '2026-11-01T00:15:00.000Z' },
      after: { name: 'two.zip', time: '2026-11-02T00:15:00.000Z' },
    },
    time: null,
    authors: [],
  };
}

function logOf(...entries: Array<LogEntry | 'limit'>): ChangeLog {
  const walk = async function* () {
    yield* entries;
  };
  return { archives: [], notes: [], unread: [], notShown: new NotShownCount(), entries: walk() };
}

async function printed(pieces: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const piece of pieces) all += piece;
  return all;
}

const LIMITED = [entryOf('one'), 'limit', entryOf('two'), 'limit', entryOf('three')] as const;

test('a line says once from where on the order may be wrong', async () => {
  const lines = (await printed(logText(logOf(...LIMITED), FORM))).split('\n');
  assert.match(lines[1] ?? '', /^too many changes to sort: from here on, /);
  assert.equal(lines.filter((line) => line.includes('too many')).length, 1);
  assert.match(lines[3] ?? '', /shop\/configmaps\/three$/);
});

test('a Markdown table says so behind its rows', async () => {
  const text = await printed(logMarkdown(logOf(...LIMITED), FORM));
  assert.match(
    text,
    /three` \| {2}\|\n\n\*\*3 changes.*\*\*\n\ntoo many changes to sort: they may not be in order/,
  );
  assert.doesNotMatch(await printed(logMarkdown(logOf(entryOf('one')), FORM)), /too many/);
});
