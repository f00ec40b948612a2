import { type Fields, Raw, type Value } from '../../json/value.ts';
import { edited, listAt, textAt, valueAt, without } from '../edit.ts';
import { isOwnedInItem, ownedAt } from '../managed-fields.ts';
import { parsed } from '../print.ts';
import { type ChangeRow, isCopied, type RuleContext } from '../rule.ts';

const SERVICES = ['services'];
const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const HANDED_OUT =
  'assigned by the cluster, unless the applied manifest or a field manager asked for it; --preserve-nodeports keeps it';

/** Addresses and ports that a cluster assigns to Services; another Service may have them by now. */
export const SERVICE_RULES: readonly ChangeRow[] = [
  {
    rule: 'cluster-ip',
    types: SERVICES,
    reason: "the cluster assigns the cluster IP; None is somebody's choice and stays",
    source: 'https://kubernetes.io/docs/reference/networking/virtual-ips/#ip-address-objects',
    // The server refuses one without the other, so both are removed or kept.
    change: (fields) => (isHeadless(fields) ? fields : without(fields, 'spec.clusterIP', 'spec.clusterIPs')),
  },
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
      const owned = ownedAt(context.item.managedFields ?? [], 'spec', 'healthCheckNodePort');
      const isAsked = !isCopied(context) && owned.length > 0;
      if (isAsked || (wanted instanceof Raw && wanted.json === port.json)) return fields;
      note(`healthCheckNodePort ${port.json} cleared`);
      return without(fields, 'spec.healthCheckNodePort');
    },
  },
  {
    rule: 'external-ips',
    types: SERVICES,
    reason: 'a cluster adds them to load balancers; in a copy they are the addresses of the first Service',
    source:
      'https://docs.okd.io/latest/networking/ingress_load_balancing/configuring_ingress_cluster_traffic/configuring-externalip.html',
    change: (fields, context) =>
      isCopied(context) || textAt(fields, 'spec', 'type') === 'LoadBalancer'
        ? without(fields, 'spec.externalIPs')
        : fields,
  },
  {
    rule: 'load-balancer-ip',
    types: SERVICES,
    reason: 'in a copy it is the address of the first Service',
    source: 'https://kubernetes.io/docs/concepts/services-networking/service/',
    change: (fields, context) => (isCopied(context) ? without(fields, 'spec.loadBalancerIP') : fields),
  },
  {
    rule: 'second-ip-family',
    types: SERVICES,
    reason:
      'PreferDualStack gets the second family if the cluster has it; a family that is named is required',
    source: 'https://kubernetes.io/docs/concepts/services-networking/dual-stack/#services',
    change: (fields) => {
      if (textAt(fields, 'spec', 'ipFamilyPolicy') !== 'PreferDualStack') return fields;
      const [first] = listAt(fields, 'spec', 'ipFamilies');
      return edited(fields, 'spec.ipFamilies[*]', (family) => (family === first ? family : undefined));
    },
  },
];

function isHeadless(fields: Fields): boolean {
  const [first] = listAt(fields, 'spec', 'clusterIPs');
  return textAt(fields, 'spec', 'clusterIP') === 'None' || first === 'None';
}

/**
 * Ports that a user chose: in the applied manifest, in a Service without allocated node ports, or as a field manager.
 * A copy gets none of them, since the original Service has them.
 */
function wantedPorts(fields: Fields, context: RuleContext): ReadonlySet<string> {
  if (isCopied(context)) return new Set();
  const isOwn = valueAt(fields, 'spec', 'allocateLoadBalancerNodePorts') === false;
  const ports = listAt(isOwn ? fields : applied(fields), 'spec', 'ports').map((port) =>
    valueAt(port, 'nodePort'),
  );
  const owned = ownedAt(context.item.managedFields ?? [], 'spec', 'ports');
  const asked = listAt(fields, 'spec', 'ports').flatMap((port) =>
    isOwnedInItem(owned, port, ['port', 'protocol'], 'nodePort') ? [valueAt(port, 'nodePort')] : [],
  );
  return new Set([...ports, ...asked].flatMap((port) => (port instanceof Raw ? [port.json] : [])));
}

function applied(fields: Fields): Value | undefined {
  const text = textAt(fields, 'metadata', 'annotations', APPLIED);
  return (text === null ? null : parsed(text)) ?? undefined;
}
