import { COPIES_SHOWN } from './rule-examples-copies.ts';
import { MAPPING_SHOWN } from './rule-examples-mapping.ts';
import { OPENSHIFT_SHOWN } from './rule-examples-openshift.ts';
import { OPTIONS_SHOWN } from './rule-examples-options.ts';
import { REFERENCES_SHOWN } from './rule-examples-references.ts';
import { SELECTORS_SHOWN } from './rule-examples-selectors.ts';
import { SERVER_SHOWN } from './rule-examples-server.ts';
import { SERVICES_SHOWN } from './rule-examples-services.ts';
import { STORAGE_SHOWN } from './rule-examples-storage.ts';
import { WORKLOADS_SHOWN } from './rule-examples-workloads.ts';
import type { ChangeExample } from './rule-objects.ts';

export { SKIPS_SHOWN } from './rule-examples-skips.ts';

/** For every rule that changes objects, one that shows why. */
export const CHANGES_SHOWN: readonly ChangeExample[] = [
  ...SERVER_SHOWN,
  ...SERVICES_SHOWN,
  ...STORAGE_SHOWN,
  ...WORKLOADS_SHOWN,
  ...MAPPING_SHOWN,
  ...SELECTORS_SHOWN,
  ...REFERENCES_SHOWN,
  ...OPENSHIFT_SHOWN,
  ...COPIES_SHOWN,
  ...OPTIONS_SHOWN,
];
