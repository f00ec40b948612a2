import { textAt, withValue } from '../../edit.ts';
import { withProjects } from '../../project-names.ts';
import type { ChangeRow } from '../../rule.ts';
import { ADMISSION_MAPPING } from '../admission.ts';
import { REFERENCE_MAPPING } from './references.ts';
import { SELECTOR_MAPPING } from './selectors.ts';
import { SUBJECT_MAPPING } from './subjects.ts';

/** Where objects name a project that comes back under another name. */
export const MAPPING_RULES: readonly ChangeRow[] = [
  {
    rule: 'map-namespace',
    types: ['*'],
    reason: 'by --map',
    source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/',
    silent: true,
    change: (fields, { item, target }) =>
      item.project === null || textAt(fields, 'metadata', 'namespace') === target(item.project)
        ? fields
        : withValue(fields, 'metadata.namespace', target(item.project)),
  },
  {
    rule: 'map-project',
    types: ['namespaces'],
    reason: 'by --map',
    source: 'https://kubernetes.io/docs/reference/labels-annotations-taints/',
    silent: true,
    change: (fields, context, note) =>
      withProjects(fields, context, note, ['metadata.name', 'metadata.labels[kubernetes.io/metadata.name]']),
  },
  ...SUBJECT_MAPPING,
  ...SELECTOR_MAPPING,
  ...ADMISSION_MAPPING,
  ...REFERENCE_MAPPING,
];
