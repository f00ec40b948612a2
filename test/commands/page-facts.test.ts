import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageFacts } from '../../src/commands/page-facts.ts';
import { archiveRow } from '../output/page/sample-archives.ts';
import { contextOf } from './context.ts';

test('the results of rehearsals that were already read are not read again', async () => {
  const { config } = contextOf(['log', '-o', 'html']).context;
  const file = 'openshift-backup202609110015.zip';
  const time = new Date('2026-09-11T00:15:00Z');
  const refuse = () => Promise.reject(new Error('read again'));
  const named = { file, path: file, stamp: '202609110015', stampTime: time, run: 1 };
  const catalogue = [
    {
      archive: {
        ...named,
        bytes: 1,
        hasRehearsal: true,
        open: refuse,
        rehearsal: { read: refuse, write: refuse },
      },
      reading: { kind: 'damaged', reason: 'cut off' },
      time,
    } as const,
  ];
  const counts = { differs: 0, refused: 1, notRehearsed: 0 };
  const rehearsal = {
    finishedAt: '2026-09-11T03:00:00Z',
    kubernetes: 'v1.36.3',
    objects: 2,
    proven: 1,
    counts,
  };
  const { archives } = await pageFacts(config, catalogue, [archiveRow(file, { rehearsal })]);
  assert.deepEqual(
    archives.map((each) => each.rehearsal),
    ['rehearsed: 1 refused'],
  );
  await assert.rejects(pageFacts(config, catalogue), /read again/);
});
