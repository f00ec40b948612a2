import type { Fields } from '../../json/value.ts';
import { edited, textAt, without } from '../edit.ts';
import type { ChangeRow, RuleContext } from '../rule.ts';

const HOST_GENERATED = 'openshift.io/host.generated';
const ROUTES = ['routes.route.openshift.io'];
const ASSIGNMENT =
  'https://github.com/openshift/library-go/blob/master/pkg/route/hostassignment/assignment.go';

/** Hosts of Routes: those that OpenShift generates, and those that carry the name of a project. */
export const ROUTE_RULES: readonly ChangeRow[] = [
  {
    rule: 'route-host',
    types: ROUTES,
    reason:
      'OpenShift generates a host for each Route without one, and a host belongs to the first Route that has it',
    source: ASSIGNMENT,
    change: changeHost,
  },
  {
    rule: 'route-subdomain',
    types: ROUTES,
    reason: 'a host belongs to the first Route that has it',
    source: 'https://docs.okd.io/latest/networking/routes/route-configuration.html',
    change: changeSubdomain,
  },
];

function changeHost(fields: Fields, context: RuleContext, note: (what: string) => void): Fields {
  const host = textAt(fields, 'spec', 'host');
  if (host === null) return fields;
  const { item, target } = context;
  const own = prefixOf(item.name, item.project);
  const isGenerated = textAt(fields, 'metadata', 'annotations', HOST_GENERATED) === 'true';
  if (isGenerated && host.startsWith(`${own}.`)) {
    note(`${host} cleared`);
    return without(fields, 'spec.host', `metadata.annotations[${HOST_GENERATED}]`);
  }
  if (item.project === null || target(item.project) === item.project) return fields;
  const after = renamed(host, context);
  note(after === host ? `${host} stays, since somebody chose it` : `${host} → ${after}`);
  return edited(fields, 'spec.host', () => after);
}

function changeSubdomain(fields: Fields, context: RuleContext, note: (what: string) => void): Fields {
  const subdomain = textAt(fields, 'spec', 'subdomain');
  const { item, target } = context;
  if (subdomain === null || item.project === null || target(item.project) === item.project) return fields;
  const after = renamed(subdomain, context);
  if (after !== subdomain) {
    note(`${subdomain} → ${after}`);
    return edited(fields, 'spec.subdomain', () => after);
  }
  // In the same domain, it would be the host of the original Route.
  note(`${subdomain} cleared`);
  return without(fields, 'spec.subdomain');
}

/** A host or subdomain that begins with NAME-PROJECT, for the new project. */
function renamed(host: string, { item, target }: RuleContext): string {
  if (item.project === null) return host;
  const [own, now] = [prefixOf(item.name, item.project), prefixOf(item.name, target(item.project))];
  return host === own || host.startsWith(`${own}.`) ? now + host.slice(own.length) : host;
}

/** As OpenShift generates it, without dots in the name. */
function prefixOf(name: string, project: string | null): string {
  return `${name.replaceAll('.', '-')}-${project}`;
}
