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

test('beside a sealed archive are the numbers of its rehearsal, and nothing that the seal hides', () => {
  const record = rehearsalRecord(FACTS, true);
  assert.doesNotMatch(record, /hidden/);
  assert.deepEqual(parseRehearsal(Buffer.from(record))?.counts, { differs: 1, refused: 0, notRehearsed: 0 });
  assert.match(rehearsalRecord(FACTS, false), /hidden-project[\s\S]*hidden-name[\s\S]*hidden-note/);
});
