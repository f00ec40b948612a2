import { NOT_ASKED_FOR } from '../plan/group-choice.ts';
import { missingRules, type Plan } from '../plan/plan.ts';
import { jsonText } from './print/json.ts';
import { printable } from './print/printable.ts';
import { table } from './print/table.ts';

/** What `access` tells. */
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

/** A row per resource type, then the rules that are missing, ready to be put into a role. */
export function accessText({ server, version, identity, plan }: AccessFacts): string {
  // What --resource does not name would be most of the table, and say nothing.
  const told = rowsOf(plan).filter(
    ({ outcome, reason }) => outcome !== 'excluded' || reason !== NOT_ASKED_FOR,
  );
  const rows = told.map(({ name, outcome, scope, projects, reason }) => [
    name,
    outcome,
    scope === null
      ? ''
      : scope === 'cluster'
        ? 'cluster'
        : `${projects.length} project${projects.length === 1 ? '' : 's'}`,
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
  return `\nTo take in what is denied, a role of this identity would have to add (a ClusterRole\nbound with a ClusterRoleBinding, or a RoleBinding in each project):\n\nrules:\n${yaml.join('')}`;
}
