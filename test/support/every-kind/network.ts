import type { KubeObject } from '../kube-object.ts';
import { clusterObject } from '../sample/object.ts';
import { object, PROJECT } from './project.ts';

const app = { app: 'main' };
const ports = [{ name: 'http', port: 80, targetPort: 8080 }];
const addresses = [{ ip: '192.0.2.20', nodeName: 'worker-2' }];
const backend = { service: { name: 'main', port: { name: 'http' } } };

/** Services of every form, with and without selectors, and what stands behind and before them. */
export const network: readonly KubeObject[] = [
  object('v1', 'Service', 'main', { spec: { selector: app, ports, sessionAffinity: 'ClientIP' } }),
  object('v1', 'Service', 'headless', {
    spec: { selector: app, clusterIP: 'None', ports, publishNotReadyAddresses: true },
  }),
  object('v1', 'Service', 'headless-elsewhere', { spec: { clusterIP: 'None', ports } }),
  object('v1', 'Service', 'node-port', {
    spec: {
      type: 'NodePort',
      selector: app,
      ports: [...ports, { name: 'named', port: 81, nodePort: 30881, appProtocol: 'kubernetes.io/h2c' }],
    },
  }),
  object('v1', 'Service', 'balanced', {
    spec: {
      type: 'LoadBalancer',
      selector: app,
      ports,
      externalTrafficPolicy: 'Local',
      loadBalancerClass: 'example.com/lb',
      loadBalancerSourceRanges: ['192.0.2.0/24'],
    },
    status: { loadBalancer: { ingress: [{ ip: '192.0.2.30' }] } },
  }),
  object('v1', 'Service', 'balanced-by-hand', {
    spec: {
      type: 'LoadBalancer',
      selector: app,
      ports,
      externalIPs: ['192.0.2.31'],
      allocateLoadBalancerNodePorts: false,
    },
  }),
  object('v1', 'Service', 'dual', {
    spec: {
      selector: { ...app, tier: 'web' },
      ports: [...ports, { name: 'dns', port: 53, protocol: 'UDP' }],
      ipFamilyPolicy: 'PreferDualStack',
    },
  }),
  object('v1', 'Service', 'mail', { spec: { type: 'ExternalName', externalName: 'smtp.example.com' } }),
  object('v1', 'Service', 'elsewhere', { spec: { ports } }),
  object('v1', 'Endpoints', 'elsewhere', { subsets: [{ addresses, ports: [{ name: 'http', port: 8080 }] }] }),
  object('v1', 'Endpoints', 'main', {
    subsets: [
      { addresses: [{ ip: '10.128.2.17', targetRef: { kind: 'Pod', name: 'alone', namespace: PROJECT } }] },
    ],
  }),
  object(
    'discovery.k8s.io/v1',
    'EndpointSlice',
    'headless-elsewhere-1',
    {
      addressType: 'IPv4',
      endpoints: [{ addresses: ['192.0.2.21'] }],
      ports: [{ name: 'http', port: 8080 }],
    },
    {
      labels: {
        'kubernetes.io/service-name': 'headless-elsewhere',
        'endpointslice.kubernetes.io/managed-by': 'staff',
      },
    },
  ),
  object(
    'discovery.k8s.io/v1',
    'EndpointSlice',
    'main-x7k2p',
    { addressType: 'IPv4', endpoints: [{ addresses: ['10.128.2.17'] }] },
    { labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' } },
  ),
  clusterObject('networking.k8s.io/v1', 'IngressClass', 'external', {
    spec: {
      controller: 'example.com/ingress',
      parameters: { kind: 'ConfigMap', name: 'plain', namespace: PROJECT, scope: 'Namespace' },
    },
  }),
  object('networking.k8s.io/v1', 'Ingress', 'main', {
    spec: {
      ingressClassName: 'external',
      tls: [{ hosts: ['www.example.com'], secretName: 'certificate' }],
      rules: [{ host: 'www.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
    status: { loadBalancer: { ingress: [{ hostname: 'lb.example.com' }] } },
  }),
  object('networking.k8s.io/v1', 'NetworkPolicy', 'closed', {
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  }),
  object('networking.k8s.io/v1', 'NetworkPolicy', 'neighbours', {
    spec: {
      podSelector: { matchLabels: app },
      ingress: [
        {
          from: [{ ipBlock: { cidr: '192.0.2.0/24', except: ['192.0.2.9/32'] } }],
          ports: [{ port: 8080, endPort: 8090 }],
        },
      ],
    },
  }),
  clusterObject('networking.k8s.io/v1', 'ServiceCIDR', 'more', { spec: { cidrs: ['10.77.0.0/24'] } }),
];
