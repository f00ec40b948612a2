import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackupReport, progressLine } from '../../src/output/backup.ts';
import { textLog } from '../../src/output/print/log.ts';
import type { Outcome } from '../../src/types/resource-type.ts';

test('the bar shows the types that are done', () => {
  assert.equal(progressLine(0, 8, 'pods', 80), `${'░'.repeat(24)}  0/8  pods`);
  assert.equal(progressLine(4, 8, 'pods', 80), `${'█'.repeat(12)}${'░'.repeat(12)}  4/8  pods`);
  assert.equal(progressLine(8, 8, 'pods', 80), `${'█'.repeat(24)}  8/8  pods`);
});

test('counts are aligned, and without types the bar is full', () => {
  assert.match(progressLine(9, 60, 'pods', 80), / {3}9\/60 {2}pods$/);
  assert.match(progressLine(0, 0, '', 80), /^█{24} {2}0\/0/);
});

test('a line is never as wide as the terminal: it could not be replaced', () => {
  assert.equal(progressLine(1, 60, 'x'.repeat(70), 80).length, 79);
});

/** What is printed and logged about an archive with a type of each of these outcomes. */
function published(outcomes: readonly Outcome[], objects: number, previous: object | null = null): string {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  const report = new BackupReport(textLog('info', write), { print: write, progress: null, columns: 0 });
  const resourceTypes = outcomes.map((outcome, at) => ({
    name: `type${at}`,
    outcome,
    reason: outcome === 'denied' ? 'needs list' : null,
    objects: outcome === 'exported' ? objects : 0,
  }));
  const changes = { archive: 'before.zip', added: 0, changed: 0, removed: 0, projects: 0 };
  report.published(
    {
      complete: !outcomes.includes('failed'),
      identity: { user: 'jane' },
      totals: { projects: objects, objects, files: objects, bytes: 500 },
      previous: previous === null ? null : { ...changes, ...previous },
      resourceTypes,
    },
    { file: 'a.zip', bytes: 2048 },
    { milliseconds: 1260, requests: 7, peakMemory: 0 },
  );
  return text;
}

test('at a terminal, a table of the types, then what is in the archive and what changed', () => {
  assert.equal(
    published(['exported', 'denied', 'empty', 'excluded'], 1, { changed: 2, projects: 1, notShown: 5 }),
    [
      'RESOURCE TYPE  OUTCOME   OBJECTS  REASON',
      'type0          exported        1',
      'type1          denied             needs list',
      'and 1 empty, 1 excluded',
      '',
      '1 object from 1 project in 1 file, 2.0 KiB, 1.3 s',
      '2 objects changed in 1 project since before.zip; 5 not shown (diff names the reasons)',
      'a.zip',
      '',
    ].join('\n'),
  );
});

test('an incomplete archive names the types that failed', () => {
  assert.match(
    published(['exported', 'failed'], 2),
    /\n2 objects from 2 projects .*\na\.zip {2}INCOMPLETE: type1 failed\n$/s,
  );
});

test('an empty archive says why: what is denied is not what has no objects', () => {
  const empty = (...outcomes: Outcome[]) => /The archive is empty: (.*)/.exec(published(outcomes, 0))?.[1];
  assert.equal(empty('denied', 'denied'), '2 resource types are denied to jane');
  assert.equal(
    empty('denied', 'empty', 'excluded'),
    '1 resource type is denied to jane, 1 resource type has no objects in this scope',
  );
  assert.equal(empty('empty', 'empty'), '2 resource types have no objects in this scope');
  assert.equal(empty('failed'), 'no resource type could be listed');
});
