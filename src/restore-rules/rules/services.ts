import type { Fields } from '../../json/value.ts';
import { edited, listAt, textAt, without } from '../edit.ts';
import { type ChangeRow, isCopied } from '../rule.ts';
import { SERVICE_PORT_RULES } from './service-ports.ts';

const SERVICES = ['services'];

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
  ...SERVICE_PORT_RULES,
  {
    rule: 'external-ips',
    types: SERVICES,
    reason: 'given to a load balancer by the cluster it stood in, and in a copy the addresses of the first',
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
    reason: 'in a copy it is the address of the first',
    source: 'https://kubernetes.io/docs/concepts/services-networking/service/',
    change: (fields, context) => (isCopied(context) ? without(fields, 'spec.loadBalancerIP') : fields),
  },
  {
    rule: 'second-ip-family',
    types: SERVICES,
    reason: 'who prefers two families gets the second where the cluster has it; named, it would be demanded',
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
