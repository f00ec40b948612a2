import type { Scope } from '../../src/plan/scope.ts';

/** The scope of a backup without options. */
export const EVERYTHING: Scope = {
  projects: [],
  excludeProjects: [],
  resources: [],
  excludeResources: [],
  include: [],
  clusterResources: 'auto',
  selector: null,
  secrets: true,
  includeDefaultExcluded: false,
};
