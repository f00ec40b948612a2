import type { KubeObject } from '../kube-object.ts';
import { conditions, owner } from '../sample/workload.ts';
import { containers, object, once, selector, template } from './project.ts';

/** batch: what is still to run, what has run, and what starts it. */
export const jobs: readonly KubeObject[] = [
  object('batch/v1', 'CronJob', 'nightly', {
    spec: { schedule: '15 0 * * *', timeZone: 'Etc/UTC', jobTemplate: { spec: once } },
    status: { lastScheduleTime: '2026-09-11T00:15:00Z' },
  }),
  object('batch/v1', 'Job', 'running', {
    spec: once,
    status: { active: 1, startTime: '2026-09-11T00:15:00Z' },
  }),
  object('batch/v1', 'Job', 'by-hand', {
    spec: {
      manualSelector: true,
      suspend: true,
      selector,
      template: { ...template, spec: { containers, restartPolicy: 'Never' } },
    },
  }),
  object('batch/v1', 'Job', 'over', {
    spec: once,
    status: {
      startTime: '2026-09-11T00:15:00Z',
      completionTime: '2026-09-11T00:16:00Z',
      succeeded: 1,
      conditions: conditions('SuccessCriteriaMet', 'Complete'),
    },
  }),
  object(
    'batch/v1',
    'Job',
    'nightly-29614095',
    { spec: once },
    { ownerReferences: [owner('batch/v1', 'CronJob', 'nightly')] },
  ),
];
