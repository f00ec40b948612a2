import type { History, HistoryEvent } from '../../../src/changes/history.ts';
import { historyPage } from '../../../src/output/page/history-page.ts';
import { changed, FACTS } from './sample.ts';

const archive = (day: string) => ({
  name: `openshift-backup202609${day}0015.zip`,
  time: `2026-09-${day}T00:15:00Z`,
});
const NONE = { notYet: null, comparedWith: null, sameAs: null, beingDeletedSince: null, changes: [] };

const EVENTS: readonly HistoryEvent[] = [
  { ...NONE, event: 'deleted', version: null, notYet: archive('10'), archives: [archive('11')] },
  {
    event: 'changed',
    version: 2,
    notYet: archive('08'),
    archives: [archive('10')],
    comparedWith: archive('08'),
    sameAs: null,
    beingDeletedSince: null,
    changes: changed('shop', 'deployments.apps', 'web', { spec: { replicas: 2 } }, { spec: { replicas: 3 } })
      .changes,
  },
  { ...NONE, event: 'first', version: 1, archives: [archive('06'), archive('07'), archive('08')] },
];

/** A page of an object that changed, was deleted, and is unknown in one archive. */
export async function sampleHistoryPage(): Promise<string> {
  const history: History = {
    object: { project: 'shop', type: 'deployments.apps', kind: 'Deployment', name: 'web' },
    archives: 6,
    versions: 2,
    notes: ['these archives are of several clusters: a, b'],
    unknown: [{ archive: archive('09'), reason: 'denied <here>' }],
    events: handedOut(),
  };
  const pieces: string[] = [];
  for await (const piece of historyPage(history, FACTS)) pieces.push(piece);
  return pieces.join('');
}

async function* handedOut(): AsyncGenerator<HistoryEvent> {
  yield* EVENTS;
}
