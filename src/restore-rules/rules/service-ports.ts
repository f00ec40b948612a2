import { type Fields, Raw, type Value } from '../../json/value.ts';
import { edited, listAt, textAt, valueAt, without } from '../edit.ts';
import { parsed } from '../parsed.ts';
import { type ChangeRow, isCopied, type RuleContext } from '../rule.ts';

const SERVICES = ['services'];
const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const HANDED_OUT =
  'handed out by the cluster, unless the manifest that was applied names it; --preserve-nodeports keeps it';

/** Ports of nodes, which each belong to one Service of a cluster. */
export const SERVICE_PORT_RULES: readonly ChangeRow[] = [
  {
    rule: 'node-port',
    types: SERVICES,
    reason: HANDED_OUT,
    source:
      'https://velero.io/docs/main/restore-reference/#what-happens-to-nodeports-when-restoring-services',
    change: (fields, context, note) => {
      if (context.options.preserveNodePorts) return fields;
      const wanted = wantedPorts(fields, context);
      const gone: string[] = [];
      const after = edited(fields, 'spec.ports[*].nodePort', (port) => {
        if (!(port instanceof Raw) || wanted.has(port.json)) return port;
        gone.push(port.json);
        return undefined;
      });
      if (gone.length > 0) note(`nodePort ${gone.join(', ')} cleared`);
      return after;
    },
  },
  {
    rule: 'health-check-port',
    types: SERVICES,
    reason: HANDED_OUT,
    source: 'https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/',
    change: (fields, context, note) => {
      const port = valueAt(fields, 'spec', 'healthCheckNodePort');
      if (!(port instanceof Raw) || context.options.preserveNodePorts) return fields;
      const wanted = isCopied(context) ? undefined : valueAt(applied(fields), 'spec', 'healthCheckNodePort');
      if (wanted instanceof Raw && wanted.json === port.json) return fields;
      note(`healthCheckNodePort ${port.json} cleared`);
      return without(fields, 'spec.healthCheckNodePort');
    },
  },
];

/**
 * Ports that somebody wrote into the manifest that was applied, and those of a Service to
 * which the cluster gives none. They are no wish for a copy beside the first, whose ports
 * they are. Who wrote a field otherwise would stand in managedFields, which no archive has.
 */
function wantedPorts(fields: Fields, context: RuleContext): ReadonlySet<string> {
  if (isCopied(context)) return new Set();
  const isOwn = valueAt(fields, 'spec', 'allocateLoadBalancerNodePorts') === false;
  const ports = listAt(isOwn ? fields : applied(fields), 'spec', 'ports').map((port) =>
    valueAt(port, 'nodePort'),
  );
  return new Set(ports.flatMap((port) => (port instanceof Raw ? [port.json] : [])));
}

function applied(fields: Fields): Value | undefined {
  const text = textAt(fields, 'metadata', 'annotations', APPLIED);
  return (text === null ? null : parsed(text)) ?? undefined;
}
