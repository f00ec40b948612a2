import { CLUSTER_OBJECTS } from './cluster-objects.ts';
import { GRANTS } from './grants.ts';
import type { ReachRow } from './reach.ts';
import { SETTINGS } from './settings.ts';

/** The table of what reaches beyond the restored projects, and what a restore does about it. */
export const REACH_TABLE: readonly ReachRow[] = [...GRANTS, ...SETTINGS, ...CLUSTER_OBJECTS];
