import { type ChangeExample, LOCAL, MAPPED, service } from './rule-objects.ts';

export const SERVICES_SHOWN: readonly ChangeExample[] = [
  {
    rule: 'cluster-ip',
    type: 'services',
    object: service('address', { clusterIP: '10.0.0.77', clusterIPs: ['10.0.0.77'] }),
    without: /clusterIPs.*10\.0\.0\.77.*already allocated/,
    with: [[['spec', 'type'], 'ClusterIP']],
  },
  {
    rule: 'node-port',
    type: 'services',
    object: service('port', { type: 'NodePort', ports: [{ port: 80, nodePort: 30777 }] }),
    without: /30777.*already allocated/,
    with: [[['spec', 'type'], 'NodePort']],
  },
  {
    rule: 'health-check-port',
    type: 'services',
    object: service('check', { ...LOCAL, healthCheckNodePort: 30778 }),
    without: /30778.*already allocated/,
    with: [[['spec', 'externalTrafficPolicy'], 'Local']],
  },
  {
    rule: 'external-ips',
    type: 'services',
    object: service('external', { type: 'LoadBalancer', externalIPs: ['192.0.2.7'] }),
    without: [['spec', 'externalIPs'], ['192.0.2.7']],
    with: [[['spec', 'externalIPs'], undefined]],
  },
  {
    rule: 'external-ips',
    type: 'services',
    options: MAPPED,
    object: service('external-copy', { externalIPs: ['192.0.2.7'] }),
    without: [['spec', 'externalIPs'], ['192.0.2.7']],
    with: [[['spec', 'externalIPs'], undefined]],
  },
  {
    rule: 'load-balancer-ip',
    type: 'services',
    options: MAPPED,
    object: service('addressed', {
      type: 'LoadBalancer',
      loadBalancerIP: '192.0.2.7',
      loadBalancerClass: 'example.com/lb',
    }),
    without: [['spec', 'loadBalancerIP'], '192.0.2.7'],
    with: [
      [['spec', 'loadBalancerIP'], undefined],
      [['spec', 'loadBalancerClass'], 'example.com/lb'],
    ],
  },
  {
    rule: 'second-ip-family',
    type: 'services',
    object: service('of-two-families', {
      ipFamilyPolicy: 'PreferDualStack',
      ipFamilies: ['IPv4', 'IPv6'],
    }),
    without: /ipFamilies\[1\].*IPv6.*not configured on this cluster/,
    with: [
      [['spec', 'ipFamilies'], ['IPv4']],
      [['spec', 'ipFamilyPolicy'], 'PreferDualStack'],
    ],
  },
];
