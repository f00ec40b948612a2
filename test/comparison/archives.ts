import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest, ManifestType } from '../../src/archive/format/manifest.ts';
import { listJson, sampleEntries, sampleManifest } from '../archive/sample.ts';
import { type MadeEntry, makeZip } from '../archive/zip-maker.ts';

/** An object as a test writes it; `metadata` beside name and namespace. */
export type Written = Readonly<Record<string, unknown>>;

/** An object with its name, as JSON text of a type file. */
export function object(kind: string, name: string, more: Written = {}, metadata: Written = {}): string {
  const whole = { apiVersion: 'v1', kind, metadata: { name, ...metadata }, ...more };
  return JSON.stringify(whole, null, 2).replaceAll('\n', '\n    ');
}

/** A row of a manifest for a type that was exported, unless told otherwise. */
export function row(name: string, more: Partial<ManifestType> = {}): ManifestType {
  const own = { name, apiVersion: 'v1', kind: name.replace(/s(\..*)?$/, ''), namespaced: true, objects: 0 };
  return { ...own, outcome: 'exported', scope: 'cluster', reason: null, resourceVersion: null, ...more };
}

/** Items by entry name. */
export type Files = Readonly<Record<string, readonly string[]>>;

/**
 * Writes an archive of these files whose manifest has their types and projects; returns its path.
 *
 * @param zipped more about the entry of a file; see MadeEntry
 */
export function writeArchive(
  folder: string,
  file: string,
  files: Files,
  more: Partial<Manifest> = {},
  zipped: (name: string) => Partial<MadeEntry> = () => ({}),
): string {
  const texts = new Map(Object.entries(files).map(([name, items]) => [name, listJson(items)]));
  const projects = new Set(
    Object.keys(files).flatMap((name) => (name.includes('/') ? (name.split('/')[0] ?? []) : [])),
  );
  const types = new Set(
    Object.keys(files).map((name) => (name.split('/').at(-1) ?? '').replace(/\.json$/, '')),
  );
  const manifest: Manifest = {
    ...sampleManifest(texts),
    options: {},
    previous: null,
    projects: [...projects].map((name) => ({ name, objects: 1 })),
    resourceTypes: [...types].map((name) => row(name)),
    ...more,
  };
  const path = join(folder, file);
  const entries = sampleEntries(texts, manifest).map((entry) => ({ ...entry, ...zipped(entry.name) }));
  writeFileSync(path, makeZip(entries));
  return path;
}
