import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRehearsal } from '../../src/archive/format/rehearsal-record.ts';
import { type RehearsalFacts, rehearsalRecord } from '../../src/output/rehearsal.ts';

const FACTS: RehearsalFacts = {
  archive: 'openshift-backup202609110015.zip.age',
  digest: 'a'.repeat(64),
  kubernetes: 'v1.36.3',
  startedAt: new Date('2026-09-11T03:00:00Z'),
  finishedAt: new Date('2026-09-11T03:01:00Z'),
  peakMemory: 1,
  rehearsal: {
    outcomes: { objects: 3, proven: 2, differs: 1, refused: 0, notRehearsed: 0 },
    differs: [
      {
        project: 'hidden-project',
        type: 'configmaps',
        kind: 'ConfigMap',
        name: 'hidden-name',
        reason: null,
        changes: [],
      },
    ],
    refused: [],
    refusedTypes: [],
    notRehearsed: [],
    rewritten: [],
    notes: ['hidden-note'],
  },
};

const record = (isSealed: boolean, largest = 10_000) => rehearsalRecord(FACTS, isSealed, largest).toString();

test('beside a sealed archive are the numbers of its rehearsal, and nothing that the seal hides', () => {
  assert.doesNotMatch(record(true), /hidden/);
  assert.deepEqual(parseRehearsal(Buffer.from(record(true)))?.counts, {
    differs: 1,
    refused: 0,
    notRehearsed: 0,
  });
  assert.match(record(false), /hidden-project[\s\S]*hidden-name[\s\S]*hidden-note/);
});

test('of a result that would be too large to be read again, the numbers are kept', () => {
  assert.equal(record(false, record(false).length - 1), record(true));
});
