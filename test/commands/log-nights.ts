import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { log } from '../../src/commands/log.ts';
import { temporaryFolder } from '../archive/sample.ts';
import { type Files, object, row, writeArchive } from '../comparison/archives.ts';
import { contextOf } from './context.ts';

export const now = new Date('2026-11-21T12:00:00Z');

type More = NonNullable<Parameters<typeof writeArchive>[3]>;
export type Night = Files | readonly [Files, More] | 'damaged';

/** Types are known also where an archive has no object of them. */
const TYPES = ['configmaps', 'secrets', 'deployments.apps'].map((name) => row(name));
export const ALL_TYPES = [...TYPES, row('namespaces', { namespaced: false })];

export function fileOf(at: number): string {
  return `openshift-backup202611${String(at + 1).padStart(2, '0')}0015.zip`;
}

export function startOf(at: number): string {
  return `2026-11-${String(at + 1).padStart(2, '0')}T00:15:03.000Z`;
}

/** A volume with an archive for each night of November. */
export function volumeOf(t: TestContext, nights: readonly Night[]): string {
  const volume = temporaryFolder(t);
  for (const [at, night] of nights.entries()) {
    if (night === 'damaged') writeFileSync(join(volume, fileOf(at)), 'no zip');
    else {
      const [files, more] = isPair(night) ? night : [night, {}];
      const times = { startedAt: startOf(at), finishedAt: startOf(at).replace(':03.', ':33.') };
      writeArchive(volume, fileOf(at), files, { resourceTypes: ALL_TYPES, ...times, ...more });
    }
  }
  return volume;
}

function isPair(night: Night): night is readonly [Files, More] {
  return Array.isArray(night);
}

/** What the log prints of these nights. */
export async function logOf(t: TestContext, nights: readonly Night[], ...words: string[]): Promise<string> {
  return await runLog(volumeOf(t, nights), ...words);
}

export async function runLog(volume: string, ...words: string[]): Promise<string> {
  const { context, text } = contextOf(['log', '--volume', volume, ...words], { now });
  await log(context);
  return text();
}

/** A ConfigMap with some data. */
export function config(name: string, data: Readonly<Record<string, string>>): string {
  return object('ConfigMap', name, { data }, { namespace: 'shop' });
}

/** Who wrote which field of data, and when. */
export type Writes = ReadonlyArray<readonly [manager: string, time: string, ...keys: string[]]>;

/** The line of a ConfigMap under `_metadata`. */
export function written(name: string, writes: Writes, { uid = name, created = startOf(0) } = {}): string {
  const managedFields = writes.map(([manager, time, ...keys]) => ({
    manager,
    operation: 'Update',
    apiVersion: 'v1',
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:data': Object.fromEntries(keys.map((key) => [`f:${key}`, {}])) },
  }));
  const metadata = { name, namespace: 'shop', uid, creationTimestamp: created, managedFields };
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
}
