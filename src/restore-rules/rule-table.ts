import { globMatcher } from '../words/glob.ts';
import type { ChangeRow, SkipRow } from './rule.ts';
import { DEFINITION_RULES } from './rules/definitions.ts';
import { FINISHED, RUN_RULES } from './rules/finished.ts';
import { ACCOUNT_RULES, CA_RULES, GENERATED } from './rules/generated.ts';
import { MACHINERY } from './rules/machinery.ts';
import { COPY_RULES, COPY_SKIPS } from './rules/mapping/copies.ts';
import { IMAGE_RULES } from './rules/mapping/images.ts';
import { MAPPING_RULES } from './rules/mapping/mapping.ts';
import { REPLACE_RULES } from './rules/mapping/replace.ts';
import { OVERRIDE_RULES } from './rules/overrides.ts';
import { OWNED } from './rules/owned.ts';
import { JOB_RULES, POD_RULES } from './rules/pods.ts';
import { ROUTE_RULES } from './rules/routes.ts';
import { BOOKKEEPING, SERVER_OWN } from './rules/server.ts';
import { SERVICE_RULES } from './rules/services.ts';
import { STORAGE_RULES, STORAGE_SKIPS } from './rules/storage.ts';
import { SUSPEND_RULES } from './rules/suspend.ts';

/** The objects that a restore leaves out; the first row that applies is the reason. */
export const SKIPS: readonly SkipRow[] = [
  ...MACHINERY,
  ...GENERATED,
  ...OWNED,
  ...FINISHED,
  ...STORAGE_SKIPS,
  ...COPY_SKIPS,
];

/** The changes of a restore, in this order. */
export const CHANGES: readonly ChangeRow[] = [
  ...SERVER_OWN,
  ...DEFINITION_RULES,
  ...SERVICE_RULES,
  ...STORAGE_RULES,
  ...JOB_RULES,
  ...RUN_RULES,
  ...POD_RULES,
  ...ACCOUNT_RULES,
  ...CA_RULES,
  ...MAPPING_RULES,
  ...COPY_RULES,
  ...IMAGE_RULES,
  ...ROUTE_RULES,
  ...OVERRIDE_RULES,
  ...REPLACE_RULES,
  ...SUSPEND_RULES,
  ...BOOKKEEPING,
];

/** The rows of both tables that concern a type. */
export interface TypeRules {
  readonly skips: readonly SkipRow[];
  readonly changes: readonly ChangeRow[];
}

const byType = new Map<string, TypeRules>();
const matchers = new Map([...SKIPS, ...CHANGES].map((row) => [row, globMatcher(row.types)]));

/** Globs are matched once per type, since types are few and objects many. */
export function rulesOf(type: string): TypeRules {
  const known = byType.get(type);
  if (known !== undefined) return known;
  const concerns = (row: SkipRow | ChangeRow) => matchers.get(row)?.(type) === true;
  const made = { skips: SKIPS.filter(concerns), changes: CHANGES.filter(concerns) };
  byType.set(type, made);
  return made;
}
