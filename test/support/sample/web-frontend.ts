import type { KubeObject } from '../kube-object.ts';
import { objectsOf } from './object.ts';
import { projectServer } from './project.ts';
import { conditions, deployment, podTemplate } from './workload.ts';

const NGINX = `server {
  listen 8080;
  location / { root /usr/share/nginx/html; try_files $uri $uri/ /index.html; }
  location ~ \\.(?:css|js)$ { expires 7d; add_header Cache-Control "public"; }
}
`;

/** The project web-frontend: static pages behind an Ingress, scaled by load, with what controllers leave behind. */
export function webFrontendProject(): KubeObject[] {
  const object = objectsOf('web-frontend');
  const backend = { service: { name: 'pages', port: { name: 'http' } } };
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'pages' };
  return [
    ...projectServer('web-frontend', 'Web frontend', 'carol'),
    ...deployment(object, 'pages', 'registry.example.com/web/pages:2026.9', 2),
    object('v1', 'ConfigMap', 'nginx', { data: { 'default.conf': NGINX } }),
    object('v1', 'Service', 'pages', {
      spec: { selector: { app: 'pages' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    }),
    object('networking.k8s.io/v1', 'Ingress', 'pages', {
      spec: {
        ingressClassName: 'nginx',
        tls: [{ hosts: ['www.example.com'], secretName: 'pages-tls' }],
        rules: [{ host: 'www.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
      },
      status: { loadBalancer: { ingress: [{ ip: '192.0.2.10' }] } },
    }),
    object('autoscaling/v2', 'HorizontalPodAutoscaler', 'pages', {
      spec: {
        scaleTargetRef: target,
        minReplicas: 2,
        maxReplicas: 10,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
          },
        ],
      },
      status: {
        currentReplicas: 2,
        desiredReplicas: 2,
        conditions: conditions('AbleToScale', 'ScalingActive'),
      },
    }),
    object('policy/v1', 'PodDisruptionBudget', 'pages', {
      spec: { maxUnavailable: '50%', selector: { matchLabels: { app: 'pages' } } },
    }),
    object('apps/v1', 'DaemonSet', 'log-shipper', {
      spec: {
        selector: { matchLabels: { app: 'log-shipper' } },
        template: podTemplate('log-shipper', 'registry.example.com/web/fluent-bit:3.2'),
      },
      status: {
        currentNumberScheduled: 3,
        desiredNumberScheduled: 3,
        numberMisscheduled: 0,
        numberReady: 3,
        observedGeneration: 1,
      },
    }),
    object('coordination.k8s.io/v1', 'Lease', 'pages-leader', {
      spec: { holderIdentity: 'pages-x7k2p', leaseDurationSeconds: 15, leaseTransitions: 7 },
    }),
    object('v1', 'Event', 'pages.17b2c3d4e5f60718', {
      involvedObject: { ...target, namespace: 'web-frontend' },
      reason: 'ScalingReplicaSet',
      message: 'Scaled up replica set pages from 1 to 2',
      type: 'Normal',
      count: 1,
      source: { component: 'deployment-controller' },
      firstTimestamp: '2026-09-11T00:10:00Z',
      lastTimestamp: '2026-09-11T00:10:00Z',
    }),
  ];
}
