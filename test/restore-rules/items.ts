import assert from 'node:assert/strict';
import { parseValue } from '../../src/json/parse-value.ts';
import { isFields } from '../../src/json/value.ts';
import { ArchiveIndexBuilder } from '../../src/restore-rules/archive-index.ts';
import type { Item } from '../../src/restore-rules/item.ts';
import { printFields } from '../../src/restore-rules/print.ts';
import {
  type ArchiveIndex,
  type Note,
  type RewriteOptions,
  rewrite,
} from '../../src/restore-rules/rewrite.ts';
import { NO_OVERRIDES } from '../../src/restore-rules/rule.ts';

type Json = { readonly [key: string]: unknown };

const API_VERSIONS: { readonly [group: string]: string } = { '': 'v1' };

/** An object of the archive; `project` null makes it cluster-scoped. The kind is of no matter unless `body` has one. */
export function item(type: string, project: string | null, name: string, body: Json = {}): Item {
  const group = type.split('.').slice(1).join('.');
  const { metadata, ...rest } = body;
  const head = {
    apiVersion: API_VERSIONS[group] ?? `${group}/v1`,
    kind: 'Any',
    metadata: { name, ...(project === null ? {} : { namespace: project }), ...Object(metadata) },
    ...rest,
  };
  const fields = parseValue(Buffer.from(JSON.stringify(head)));
  assert(isFields(fields));
  return { project, type, apiVersion: String(head.apiVersion), kind: String(head.kind), name, fields };
}

export const PLAIN: RewriteOptions = {
  mapping: new Map(),
  replacements: [],
  overrides: NO_OVERRIDES,
  preserveNodePorts: false,
  suspend: false,
  rebindStorageClasses: [],
};
export const EMPTY_INDEX: ArchiveIndex = new ArchiveIndexBuilder();

/** The object as JavaScript sees it. */
export function json({ fields }: Pick<Item, 'fields'>): Json {
  return Object(JSON.parse(printFields(fields).toString()));
}

/** What becomes of an object that is restored. */
export function restored(
  given: Item,
  options: Partial<RewriteOptions> = {},
  archiveIndex = EMPTY_INDEX,
): { item: Item; object: Json; notes: readonly Note[] } {
  const rewriting = rewrite(given, { ...PLAIN, ...options }, archiveIndex);
  assert(rewriting.kind === 'restored', JSON.stringify(rewriting));
  return { item: rewriting.item, object: json(rewriting.item), notes: rewriting.notes };
}

/** The rule that leaves an object out, or null. */
export function excludedByRule(
  given: Item,
  options: Partial<RewriteOptions> = {},
  archiveIndex = EMPTY_INDEX,
): string | null {
  const rewriting = rewrite(given, { ...PLAIN, ...options }, archiveIndex);
  return rewriting.kind === 'excluded' ? rewriting.rule : null;
}
