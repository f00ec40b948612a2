import type { Config } from '../config.ts';
import { RETENTION } from '../options/archives.ts';
import type { RetentionPolicy } from '../volume/retention.ts';

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
  const { within, ...counts } = rules;
  const asked = within !== null || Object.values(counts).some((count) => count > 0);
  const byAge = !asked || config.given.has(RETENTION.retainDays);
  return {
    days: byAge ? config.retainDays : null,
    min: config.retainMin,
    rules: asked ? rules : null,
    zone: config.zone,
  };
}
