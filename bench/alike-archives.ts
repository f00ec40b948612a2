import { createHash } from 'node:crypto';
import type { Manifest } from '../src/archive/format/manifest.ts';
import { countField } from '../test/archive/zip-maker.ts';
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

/**
 * Who wrote the objects of a made-up archive, if it has server metadata: `helm` long ago, or also a manager
 * on the day before the archive, in every file or in one of ten.
 */
export type Writers = 'none' | 'helm' | 'all' | 'some';

/**
 * Writes an archive of ConfigMaps, Deployments, Secrets and Pods of controllers; returns its path and bytes of JSON
 * without server metadata.
 *
 * @param manifest other fields of its manifest
 */
export function writeMadeArchive(
  folder: string,
  file: string,
  size: Size,
  change: Change,
  writers: Writers = 'none',
  manifest: Partial<Manifest> = {},
): { readonly path: string; readonly bytes: number } {
  const files: Record<string, readonly string[]> = {};
  const isOld = change === 'nothing' && writers !== 'some';
  const more = { startedAt: startOf(isOld ? 0 : 1), finishedAt: startOf(isOld ? 0.01 : 1.01) };
  let bytes = 0;
  for (let number = 0; number < size.projects; number += 1) {
    const project = `team-${String(number).padStart(5, '0')}`;
    for (const [type, kind] of KINDS) {
      const items = Array.from({ length: size.objectsPerFile }, (_, at) => item(kind, project, at, change));
      files[`${project}/${type}.json`] = items;
      for (const text of items) bytes += text.length;
      if (writers === 'none') continue;
      const isWritten = writers === 'all' || (writers === 'some' && number % 10 === 0);
      files[`${project}/_metadata/${type}.json`] = items.map((_, at) =>
        metadataOf(kind, project, at, startOf(isWritten ? 0.5 : -1)),
      );
    }
  }
  return { path: writeSorted(folder, file, files, { ...more, ...manifest }), bytes };
}

function startOf(night: number): string {
  return new Date(Date.UTC(2026, 9, 1) + night * 86_400_000).toISOString();
}

/** Writes an archive whose directory is sorted and says that no object is being deleted, as the export writes it. */
function writeSorted(folder: string, file: string, files: Files, more: Partial<Manifest>): string {
  const sorted = Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1));
  const none = countField(0);
  return writeArchive(folder, file, Object.fromEntries(sorted), more, (name) =>
    name.includes('/_metadata/') ? { extra: none } : {},
  );
}

/**
 * Writes the archive of a night with server metadata. On each day before it, a manager has changed a label of so
 * many objects, other ones each day.
 */
export function writeNight(folder: string, size: Size, night: number, changes: number): void {
  const files: Record<string, readonly string[]> = {};
  let number = 0;
  for (let project = 0; project < size.projects; project += 1) {
    const name = `team-${String(project).padStart(5, '0')}`;
    for (const [type, kind] of KINDS) {
      // The last night in which the first object of this file had changed.
      const changed = lastChange(number, night, changes);
      number += 1;
      const items = Array.from({ length: size.objectsPerFile }, (_, at) =>
        item(kind, name, at, at === 0 && changed > 0 ? 'label' : 'nothing'),
      );
      files[`${name}/${type}.json`] = items;
      files[`${name}/_metadata/${type}.json`] = items.map((_, at) =>
        metadataOf(kind, name, at, at === 0 && changed > 0 ? startOf(changed - 0.5) : startOf(-1)),
      );
    }
  }
  const more = { startedAt: startOf(night), finishedAt: startOf(night + 0.01) };
  writeSorted(folder, `openshift-backup${stampOf(startOf(night))}.zip`, files, more);
}

/** The night that changed a file, or 0: each night changes the next files. */
function lastChange(file: number, night: number, changes: number): number {
  for (let at = night; at > 0; at -= 1) {
    if (file >= (at - 1) * changes && file < at * changes) return at;
  }
  return 0;
}

function stampOf(time: string): string {
  return time.replace(/\D/g, '').slice(0, 12);
}

function metadataOf(kind: string, namespace: string, at: number, time: string): string {
  const name = `${kind.toLowerCase()}-${String(at).padStart(3, '0')}`;
  const labels = { 'f:app': {}, 'f:app.kubernetes.io/part-of': {}, 'f:example.com/platform': {} };
  const entry = {
    manager: 'kubectl-edit',
    operation: 'Update',
    apiVersion: 'v1',
    time: time.replace(/\.\d+Z$/, 'Z'),
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:metadata': { 'f:labels': { '.': {}, ...labels } }, 'f:data': { '.': {} } },
  };
  const helm = { ...entry, manager: 'helm', time: '2026-01-01T00:00:00Z' };
  const own = { name, namespace, uid: `${namespace}-${name}`, creationTimestamp: '2026-01-01T00:00:00Z' };
  return JSON.stringify({ apiVersion: 'v1', kind, metadata: { ...own, managedFields: [helm, entry] } });
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
