import { fileURLToPath } from 'node:url';
import { IMAGE, kubectl, run, UID } from './cluster.ts';

/** The tool's program, for a call that may fail. */
export const TOOL = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** The tool as an operator calls it outside the cluster; throws an Error with all that it said where it fails. */
export const tool = (...words: string[]) => run(process.execPath, [TOOL, ...words]);

const SLEEP = ['sleep', 'infinity'];

/** An object of a project, as `apply` takes it. */
export function object(namespace: string, apiVersion: string, kind: string, name: string, body: object) {
  return { apiVersion, kind, metadata: { name, namespace }, ...body };
}

/** As Pod Security `restricted` asks for it, and OpenShift's restricted SCC makes it: any user, group 0. */
export const RESTRICTED_POD = {
  runAsNonRoot: true,
  runAsUser: UID,
  runAsGroup: 0,
  seccompProfile: { type: 'RuntimeDefault' },
};
export const RESTRICTED_CONTAINER = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

/** The template of pods that Pod Security `restricted` lets in. */
export function pods(
  app: string,
  command: readonly string[],
  container: object = {},
  volumes: object[] = [],
) {
  return {
    metadata: { labels: { app } },
    spec: {
      terminationGracePeriodSeconds: 0,
      securityContext: RESTRICTED_POD,
      containers: [
        {
          name: app,
          image: IMAGE,
          command,
          securityContext: RESTRICTED_CONTAINER,
          ...container,
        },
      ],
      volumes,
    },
  };
}

/** What a Job does, once. */
export function once(template: ReturnType<typeof pods>) {
  return { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } };
}

/** A StatefulSet of sleeping pods with a claim each, mounted at /data. */
export function store(namespace: string, replicas: number, storageClass: string, accessMode: string) {
  const labels = { app: 'store' };
  return object(namespace, 'apps/v1', 'StatefulSet', 'store', {
    spec: {
      replicas,
      serviceName: 'store',
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: labels },
      template: pods('store', SLEEP, { volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: {
            accessModes: [accessMode],
            storageClassName: storageClass,
            resources: { requests: { storage: '1Gi' } },
          },
        },
      ],
    },
  });
}

/** Waits until all pods of a workload run. */
export async function ready(workload: string, namespace: string): Promise<void> {
  await kubectl('rollout', 'status', workload, '--namespace', namespace, '--timeout=60s');
}

/** What a program in a pod writes. */
export function inPod(namespace: string, pod: string, ...argv: string[]): Promise<string> {
  return kubectl('exec', pod, '--namespace', namespace, '--', ...argv);
}
