import type { Config } from '../config.ts';
import { RETENTION } from '../options/archives.ts';
import type { KeepRules } from '../volume/keep-rules.ts';
import type { RetentionPolicy } from '../volume/retention.ts';
import { Failure } from '../words/failure.ts';

/** The retention policy from the options: `--retain-days` has its default only if no `--keep-…` is given. */
export function retentionPolicy(config: Config): RetentionPolicy {
  const rules = {
    within: config.keepWithin,
    last: config.keepLast,
    daily: config.keepDaily,
    weekly: config.keepWeekly,
    monthly: config.keepMonthly,
    yearly: config.keepYearly,
  };
  const byAge = !isGiven(rules) || config.given.has(RETENTION.retainDays);
  return {
    days: byAge ? config.retainDays : null,
    min: config.retainMin,
    rules: isGiven(rules) ? rules : null,
    zone: config.zone,
  };
}

/**
 * The retention policy of copies: that of the volume if no `--copy-keep-…` is given; null if copies are never removed.
 *
 * @throws Failure (usage) if `--copy-keep none` is given together with a rule
 */
export function copyRetentionPolicy(config: Config): RetentionPolicy | null {
  const rules = {
    within: config.copyKeepWithin,
    last: config.copyKeepLast,
    daily: config.copyKeepDaily,
    weekly: config.copyKeepWeekly,
    monthly: config.copyKeepMonthly,
    yearly: config.copyKeepYearly,
  };
  if (config.copyKeep === 'none') {
    if (!isGiven(rules)) return null;
    throw new Failure('--copy-keep none removes no copies, but a --copy-keep-… rule is given', null, 'usage');
  }
  return isGiven(rules)
    ? { days: null, min: config.retainMin, rules, zone: config.zone }
    : retentionPolicy(config);
}

function isGiven({ within, ...counts }: KeepRules): boolean {
  return within !== null || Object.values(counts).some((count) => count > 0);
}
