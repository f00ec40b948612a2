import { valueAt, without } from '../edit.ts';
import type { ChangeRow } from '../rule.ts';

const JOBS = ['jobs.batch'];
const UID_LABELS = ['controller-uid', 'batch.kubernetes.io/controller-uid'];

/** What controllers write into Jobs. */
export const JOB_RULES: readonly ChangeRow[] = [
  {
    rule: 'job-selector',
    types: JOBS,
    reason: 'selector and labels hold the uid of the Job that was; the server makes them anew',
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/job/#specifying-your-own-pod-selector',
    change: (fields) =>
      valueAt(fields, 'spec', 'manualSelector') === true
        ? fields
        : without(
            fields,
            'spec.selector',
            ...['metadata', 'spec.template.metadata'].flatMap((at) =>
              UID_LABELS.map((label) => `${at}.labels[${label}]`),
            ),
          ),
  },
  {
    rule: 'job-outcome-unknown',
    types: JOBS,
    reason: 'the archive does not say whether it has finished, so that it may run once more',
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/job/#terminal-job-conditions',
    change: (fields, { item, options }, note) => {
      const isSuspended = options.suspend || valueAt(fields, 'spec', 'suspend') === true;
      if (!isSuspended && valueAt(item.fields, 'status') === undefined) note('restored');
      return fields;
    },
  },
];
