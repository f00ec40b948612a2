import { type Fields, Raw } from '../changes/value.ts';
import { edited, listAt, textAt, valueAt, without } from './edit.ts';
import { parsed } from './parsed.ts';
import type { ChangeRow, Facts } from './rule.ts';

const SERVICES = ['services'];
const API = 'https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/';
const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** What a cluster hands out to Services: addresses and ports that somebody else may have by now. */
export const SERVICE_RULES: readonly ChangeRow[] = [
  {
    rule: 'cluster-ip',
    types: SERVICES,
    reason: 'the cluster IP is handed out by the cluster; None is a wish and stays',
    source: 'https://kubernetes.io/docs/reference/networking/virtual-ips/#ip-address-objects',
    // The server refuses one without the other, so both go or stay.
    change: (fields) => (isHeadless(fields) ? fields : without(fields, 'spec.clusterIP', 'spec.clusterIPs')),
  },
  {
    rule: 'node-port',
    types: SERVICES,
    reason: 'the cluster hands out a port; --preserve-nodeports keeps it',
    source: `${API}#ServiceSpec`,
    change: (fields, facts, note) => {
      if (facts.options.preserveNodePorts) return fields;
      const wanted = wantedPorts(fields, facts);
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
    reason: 'the cluster hands it out; --preserve-nodeports keeps it',
    source: `${API}#ServiceSpec`,
    change: (fields, { options }) =>
      options.preserveNodePorts ? fields : without(fields, 'spec.healthCheckNodePort'),
  },
  {
    rule: 'external-ips',
    types: SERVICES,
    reason: 'the external IPs of a load balancer are given by the cluster it stood in',
    source:
      'https://docs.openshift.com/container-platform/latest/networking/configuring_ingress_cluster_traffic/',
    change: (fields) =>
      textAt(fields, 'spec', 'type') === 'LoadBalancer' ? without(fields, 'spec.externalIPs') : fields,
  },
];

function isHeadless(fields: Fields): boolean {
  const [first] = listAt(fields, 'spec', 'clusterIPs');
  return textAt(fields, 'spec', 'clusterIP') === 'None' || first === 'None';
}

/**
 * Ports that somebody wrote into the manifest that was applied. They are no wish for a
 * second Service beside the first, whose port they are.
 */
function wantedPorts(fields: Fields, { item, target }: Facts): ReadonlySet<string> {
  if (item.project !== null && target(item.project) !== item.project) return new Set();
  const text = textAt(fields, 'metadata', 'annotations', APPLIED);
  const applied = text === null ? null : parsed(text);
  const ports = listAt(applied ?? undefined, 'spec', 'ports').flatMap((port) => {
    const wanted = valueAt(port, 'nodePort');
    return wanted instanceof Raw ? [wanted.json] : [];
  });
  return new Set(ports);
}
