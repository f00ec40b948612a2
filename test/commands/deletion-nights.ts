import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { diff } from '../../src/commands/diff.ts';
import { history } from '../../src/commands/history.ts';
import { show } from '../../src/commands/show.ts';
import { listJson, sampleEntries, sampleManifest, temporaryFolder } from '../archive/sample.ts';
import { makeZip } from '../archive/zip-maker.ts';
import { object, row } from '../comparison/archives.ts';
import { contextOf } from './context.ts';

/** Entries of an archive by name: objects as JSON text, or the whole file as it stands. */
export type Night = Readonly<Record<string, readonly string[] | string>>;

/** A ConfigMap of project `dying`, as it stands in its type file. */
export function configMap(name: string, data: Readonly<Record<string, string>> = {}): string {
  return object('ConfigMap', name, { data }, { namespace: 'dying' });
}

/** Its line under `_metadata/`. */
export function metadata(name: string, more: Readonly<Record<string, unknown>> = {}): string {
  return metadataOf('ConfigMap', { name, namespace: 'dying' }, more);
}

export function metadataOf(
  kind: string,
  name: Readonly<Record<string, string>>,
  more: Readonly<Record<string, unknown>> = {},
): string {
  const managedFields = [{ manager: 'kubectl', operation: 'Update' }];
  const own = { ...name, uid: `uid-${name.name}`, ...more, managedFields };
  return JSON.stringify({ apiVersion: 'v1', kind, metadata: own });
}

/** A file under `_metadata/`. */
export function lines(items: readonly string[]): string {
  return `{"apiVersion":"v1","kind":"List","items":[\n${items.join(',\n')}\n]}\n`;
}

/** A volume with an archive a night, the first on the 20th of November at a quarter past midnight. */
export function volumeOf(t: TestContext, ...nights: readonly Night[]): string {
  const volume = temporaryFolder(t);
  for (const [index, night] of nights.entries()) {
    const files = new Map(
      Object.entries(night).map(([name, content]) => {
        if (typeof content === 'string') return [name, content];
        return [name, name.includes('_metadata') ? lines(content) : listJson(content)];
      }),
    );
    const names = [...files.keys()];
    const types = new Set(names.map((name) => (name.split('/').at(-1) ?? '').replace(/\.json$/, '')));
    const projects = new Set(names.flatMap((name) => /^([^_/]+)\//.exec(name)?.[1] ?? []));
    const manifest = {
      ...sampleManifest(files),
      ...{ startedAt: `2026-11-2${index}T00:15:00.000Z`, options: {}, previous: null },
      projects: [...projects].map((name) => ({ name, objects: 1 })),
      resourceTypes: [...types].map((name) =>
        row(name, {
          namespaced: names.some((each) => each.startsWith('dying/') && each.endsWith(`/${name}.json`)),
        }),
      ),
    };
    const path = join(volume, `openshift-backup2026112${index}0015.zip`);
    writeFileSync(path, makeZip(sampleEntries(files, manifest)));
  }
  return volume;
}

export async function compared(volume: string, ...words: string[]) {
  const { context, text } = contextOf(['diff', 'previous', 'latest', '--volume', volume, ...words]);
  return { ending: await diff(context), text: text() };
}

export async function told(volume: string, address: string, ...words: string[]): Promise<string> {
  const { context, text } = contextOf(['history', address, '--volume', volume, ...words]);
  await history(context);
  return text();
}

/** What `show` prints, and what it warns of. */
export async function shown(volume: string, ...words: string[]) {
  const warnings: string[] = [];
  const { context, text } = contextOf(['show', ...words, '--volume', volume]);
  await show({ ...context, log: { ...context.log, warn: (message) => warnings.push(message) } });
  return { text: text(), warnings };
}
