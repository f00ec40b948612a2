import type { Value } from '../../json/value.ts';
import { listAt, textAt } from '../edit.ts';
import type { SkipRow } from '../rule.ts';

const POD_PHASES = new Set(['Succeeded', 'Failed']);

/** Objects that are over, or are not to run. */
export const FINISHED: readonly SkipRow[] = [
  {
    rule: 'finished-pod',
    types: ['pods'],
    reason: 'it has finished; restored, it would run again',
    source: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/',
    skips: ({ fields }) => POD_PHASES.has(textAt(fields, 'status', 'phase') ?? ''),
  },
  {
    rule: 'suspended-pod',
    types: ['pods'],
    reason: 'a pod without controller cannot be scaled to zero, and with --suspend nothing may run',
    source: '--suspend',
    skips: (_, { options }) => options.suspend,
  },
  {
    rule: 'finished-job',
    types: ['jobs.batch'],
    reason: 'it has finished; restored, it would run again',
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/job/#terminal-job-conditions',
    skips: ({ fields }) => listAt(fields, 'status', 'conditions').some(isTerminal),
  },
];

function isTerminal(condition: Value): boolean {
  const type = textAt(condition, 'type');
  return (type === 'Complete' || type === 'Failed') && textAt(condition, 'status') === 'True';
}
