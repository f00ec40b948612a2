import { createHash } from 'node:crypto';
import { type Files, object, writeArchive } from '../test/comparison/archives.ts';

/** How much two made-up archives hold. */
export interface Size {
  readonly projects: number;
  readonly objectsPerFile: number;
}

/** What an upgrade changes: nothing, a label of every object, or the text of every object as well. */
export type Change = 'nothing' | 'label' | 'text';

const KINDS = [
  ['configmaps', 'ConfigMap'],
  ['deployments.apps', 'Deployment'],
  ['secrets', 'Secret'],
  ['pods', 'Pod'],
] as const;

/** Writes an archive of ConfigMaps, Deployments, Secrets and Pods of controllers; returns its path and bytes of JSON. */
export function writeMadeArchive(
  folder: string,
  file: string,
  size: Size,
  change: Change,
): { readonly path: string; readonly bytes: number } {
  const files: Record<string, readonly string[]> = {};
  let bytes = 0;
  for (let number = 0; number < size.projects; number += 1) {
    const project = `team-${String(number).padStart(5, '0')}`;
    for (const [type, kind] of KINDS) {
      const items = Array.from({ length: size.objectsPerFile }, (_, at) => item(kind, project, at, change));
      files[`${project}/${type}.json`] = items;
      for (const text of items) bytes += text.length;
    }
  }
  return { path: writeArchive(folder, file, files satisfies Files), bytes };
}

function item(kind: (typeof KINDS)[number][1], project: string, at: number, change: Change): string {
  const name = `${kind.toLowerCase()}-${String(at).padStart(3, '0')}`;
  const seed = `${project}/${name}`;
  const labels = {
    app: name,
    'app.kubernetes.io/part-of': 'shop',
    'example.com/platform': change === 'nothing' ? '4.17' : '4.18',
  };
  const note = change === 'text' ? `${seed} after the upgrade` : `${seed} before the upgrade`;
  const annotations = { 'example.com/note': note };
  const metadata = { namespace: project, labels, annotations };
  return object(kind, name, content(kind, seed), { ...metadata, ...owner(kind, name) });
}

function owner(kind: string, name: string): object {
  if (kind !== 'Pod') return {};
  const reference = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid: name, controller: true };
  return { ownerReferences: [reference] };
}

function content(kind: string, seed: string): Record<string, unknown> {
  if (kind === 'ConfigMap')
    return {
      data: Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`key-${at}`, noise(seed, at, 70)])),
    };
  if (kind === 'Secret') {
    const data = Array.from({ length: 4 }, (_, at) => [
      `key-${at}`,
      Buffer.from(noise(seed, at, 120)).toString('base64'),
    ]);
    return { data: Object.fromEntries(data), type: 'Opaque' };
  }
  const pod = podSpec(seed);
  if (kind === 'Pod') return { spec: pod };
  return {
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: seed } },
      template: { metadata: { labels: { app: seed } }, spec: pod },
    },
  };
}

function podSpec(seed: string): object {
  const container = (name: string) => ({
    name,
    image: `registry.example.com/shop/${name}:${noise(seed, 0, 12)}`,
    ports: [{ containerPort: 8080, name: 'http', protocol: 'TCP' }],
    env: Array.from({ length: 4 }, (_, at) => ({ name: `SETTING_${at}`, value: noise(seed, at, 20) })),
    resources: { limits: { cpu: '1', memory: '512Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
    volumeMounts: [{ mountPath: '/etc/shop', name: 'config', readOnly: true }],
  });
  return {
    containers: [container('web')],
    serviceAccountName: 'default',
    volumes: [{ name: 'config', configMap: { name: 'shop', defaultMode: 420 } }],
  };
}

/** The same text for the same seed, which does not pack well. */
function noise(seed: string, at: number, length: number): string {
  return createHash('sha512').update(`${seed} ${at}`).digest('base64').repeat(2).slice(0, length);
}
