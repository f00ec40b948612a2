import { NOT_ASKED_FOR } from '../plan/group-choice.ts';
import { missingRules, type Plan } from '../plan/plan.ts';
import { jsonText } from './print/json.ts';
import { printable } from './print/printable.ts';
import { table } from './print/table.ts';
import { counted } from './print/units.ts';

/** What `access` reports. */
export interface AccessFacts {
  readonly server: string;
  readonly version: string;
  readonly identity: { readonly user: string; readonly groups: readonly string[] };
  readonly plan: Plan;
}

interface Row {
  readonly name: string;
  readonly outcome: 'listed' | 'denied' | 'excluded' | 'failed';
  readonly scope: 'cluster' | 'projects' | null;
  readonly projects: readonly string[];
  readonly reason: string | null;
}

/** A row per resource type, then the missing rules as YAML for a role. */
export function accessText({ server, version, identity, plan }: AccessFacts): string {
  // Types that --resource does not name would fill most of the table.
  const shown = rowsOf(plan).filter(
    ({ outcome, reason }) => outcome !== 'excluded' || reason !== NOT_ASKED_FOR,
  );
  const rows = shown.map(({ name, outcome, scope, projects, reason }) => [
    name,
    outcome,
    scope === null ? '' : scope === 'cluster' ? 'cluster' : counted(projects.length, 'project'),
    reason ??
      (scope === 'projects' ? projects.slice(0, 5).join(', ') + (projects.length > 5 ? ', …' : '') : ''),
  ]);
  const columns = [{ title: 'RESOURCE TYPE' }, { title: 'ACCESS' }, { title: 'SCOPE' }, { title: 'REASON' }];
  const who = `${identity.user === '' ? 'this identity' : identity.user} on ${server} (${version})`;
  const counts = ['listed', 'denied', 'excluded', 'failed'].map(
    (outcome) => `${rowsOf(plan).filter((row) => row.outcome === outcome).length} ${outcome}`,
  );
  return `${printable(who)}\n\n${table(columns, rows)}\n${counts.join(', ')}\n${missingText(plan)}`;
}

/** {server, version, identity, projects: {names, source}, resourceTypes: [{name, outcome, scope, projects, reason}], missingRules} */
export function accessJson({ server, version, identity, plan }: AccessFacts): string {
  return jsonText({
    server,
    version,
    identity,
    projects: plan.projects,
    resourceTypes: rowsOf(plan),
    missingRules: missingRules(plan),
  });
}

function rowsOf(plan: Plan): Row[] {
  const listed = plan.lists.map(
    ({ type, scope, projects }): Row => ({
      name: type.name,
      outcome: 'listed',
      scope,
      projects,
      reason: null,
    }),
  );
  const others = plan.leftOut.map(
    ({ name, outcome, reason }): Row => ({ name, outcome, scope: null, projects: [], reason }),
  );
  return [...listed, ...others].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function missingText(plan: Plan): string {
  const rules = missingRules(plan);
  if (rules.length === 0) return '';
  const yaml = rules.map(
    ({ apiGroups, resources, verbs }) =>
      `- apiGroups: [${apiGroups.map((group) => JSON.stringify(group)).join(', ')}]\n  resources: [${printable(resources.join(', '))}]\n  verbs: [${printable(verbs.join(', '))}]\n`,
  );
  return `\nTo back up what is denied, add these rules to a role of this identity (a ClusterRole with a\nClusterRoleBinding, or with a RoleBinding in each project):\n\nrules:\n${yaml.join('')}`;
}
