import type { Fields } from '../../json/value.ts';
import { edited, textAt, without } from '../edit.ts';
import type { ChangeRow, RuleContext } from '../rule.ts';

const HOST_GENERATED = 'openshift.io/host.generated';

/** Where the host of a route carries the name of a project. */
export const ROUTE_RULES: readonly ChangeRow[] = [
  {
    rule: 'route-host',
    types: ['routes.route.openshift.io'],
    reason: 'a host belongs to the project whose route had it first',
    source: 'https://github.com/openshift/library-go/blob/master/pkg/route/hostassignment/assignment.go',
    change: changeHost,
  },
];

function changeHost(fields: Fields, { item, target }: RuleContext, note: (what: string) => void): Fields {
  const host = textAt(fields, 'spec', 'host');
  const [old, now] = [item.project, item.project === null ? null : target(item.project)];
  if (host === null || old === null || now === null || old === now) return fields;
  if (textAt(fields, 'metadata', 'annotations', HOST_GENERATED) === 'true') {
    note(`${host} cleared, made anew`);
    return without(fields, 'spec.host', `metadata.annotations[${HOST_GENERATED}]`);
  }
  const prefix = `${item.name}-${old}.`;
  if (!host.startsWith(prefix)) {
    note(`${host} stays, as somebody chose it`);
    return fields;
  }
  const after = `${item.name}-${now}.${host.slice(prefix.length)}`;
  note(`${host} → ${after}`);
  return edited(fields, 'spec.host', () => after);
}
