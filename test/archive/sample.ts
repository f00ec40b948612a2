import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Manifest, ManifestType } from '../../src/archive/format/manifest.ts';
import { makeZip } from './zip-maker.ts';

/** A folder that is gone after the test. */
export function temporaryFolder(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'openshift-backup-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An object as JSON text, indented as it stands in a type file. */
export function objectJson(kind: string, name: string, more: Record<string, unknown> = {}): string {
  const object = { apiVersion: 'v1', kind, metadata: { name }, ...more };
  return JSON.stringify(object, null, 2).replaceAll('\n', '\n    ');
}

/** A type file of objects that are JSON texts already. */
export function listJson(items: readonly string[]): string {
  return `{\n  "apiVersion": "v1",\n  "kind": "List",\n  "items": [\n    ${items.join(',\n    ')}\n  ]\n}\n`;
}

/** Type files by entry name; two projects and a cluster-scoped type. */
export function sampleFiles(): Map<string, string> {
  return new Map([
    ['namespaces.json', listJson([objectJson('Namespace', 'shop'), objectJson('Namespace', 'web')])],
    ['shop/configmaps.json', listJson([objectJson('ConfigMap', 'a'), objectJson('ConfigMap', 'b')])],
    [
      'web/secrets.json',
      listJson([objectJson('Secret', 'key', { data: { password: 'c2VjcmV0' }, type: 'Opaque' })]),
    ],
    ['web/deployments.apps.json', listJson([objectJson('Deployment', 'front', { spec: { replicas: 2 } })])],
    [
      'web/_status/deployments.apps.json',
      listJson([objectJson('Deployment', 'front', { status: { replicas: 2 } })]),
    ],
  ]);
}

function typeRow(name: string, more: Partial<ManifestType> = {}): ManifestType {
  const kind = name.replace(/s(\..*)?$/, '');
  const row = { name, apiVersion: 'v1', kind, namespaced: true, outcome: 'exported', objects: 0 } as const;
  return { ...row, scope: 'cluster', reason: null, resourceVersion: '4711', ...more };
}

/** The manifest that tells the truth about sampleFiles(). */
export function sampleManifest(files: ReadonlyMap<string, string> = sampleFiles()): Manifest {
  return {
    formatVersion: 1,
    tool: { name: 'openshift-backup', version: '1.0.0' },
    cluster: { server: 'https://api.example.com:6443', version: 'v1.36.3', uid: null },
    identity: {
      user: 'system:serviceaccount:cluster-backup:openshift-backup',
      groups: ['system:authenticated'],
    },
    startedAt: '2026-09-11T00:15:00.000Z',
    finishedAt: '2026-09-11T00:15:02.500Z',
    complete: true,
    options: { 'exclude-resource': ['*.metrics.k8s.io'], 'no-status': false },
    totals: { projects: 2, objects: 6, files: 5, bytes: [...files.values()].join('').length },
    projects: [
      { name: 'shop', objects: 2 },
      { name: 'web', objects: 2 },
    ],
    resourceTypes: [
      typeRow('namespaces', { namespaced: false, objects: 2 }),
      typeRow('configmaps', { objects: 2 }),
      typeRow('secrets', { objects: 1 }),
      typeRow('deployments.apps', { objects: 1 }),
      typeRow('pods', { outcome: 'empty' }),
      typeRow('nodes', {
        outcome: 'denied',
        scope: null,
        reason: 'needs list on nodes',
        resourceVersion: null,
      }),
    ],
    previous: { archive: 'openshift-backup202609100015.zip', added: 1, changed: 2, removed: 0, projects: 2 },
  };
}

/** A manifest in which a type failed. */
export function incompleteManifest(): Manifest {
  const manifest = sampleManifest();
  const failed = typeRow('routes.route.openshift.io', { outcome: 'failed', reason: 'GET /apis/route: 503' });
  return { ...manifest, complete: false, resourceTypes: [...manifest.resourceTypes, failed] };
}

/** All entries of an archive: type files, manifest, checksums. */
export function sampleEntries(
  files: ReadonlyMap<string, string> = sampleFiles(),
  manifest: unknown = sampleManifest(),
): Array<{ name: string; content: string }> {
  const entries = [...files, ['manifest.json', `${JSON.stringify(manifest, null, 2)}\n`] as const];
  const sorted = entries.toSorted(([one], [other]) => (one < other ? -1 : 1));
  const sums = sorted.map(
    ([name, content]) => `${createHash('sha256').update(content).digest('hex')}  ${name}\n`,
  );
  return [...entries, ['SHA256SUMS', sums.join('')] as const].map(([name, content]) => ({ name, content }));
}

/**
 * Writes an archive and tells its path.
 *
 * @param startedAt its time; that of a stamp in its name where none is given
 */
export function writeSample(
  folder: string,
  file: string,
  manifest: Manifest = sampleManifest(),
  startedAt: string = stampTime(file) ?? manifest.startedAt,
): string {
  const path = join(folder, file);
  writeFileSync(path, makeZip(sampleEntries(sampleFiles(), { ...manifest, startedAt })));
  return path;
}

/** `202609110015` in a file name as a time in UTC. */
function stampTime(file: string): string | null {
  const parts = /(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)/.exec(file);
  if (parts === null) return null;
  const [, year, month, day, hour, minute] = parts;
  return `${year}-${month}-${day}T${hour}:${minute}:00.000Z`;
}
