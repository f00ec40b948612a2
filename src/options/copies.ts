import { parseLocation } from '../volume/location.ts';
import { parseCalendarSpan } from '../words/duration.ts';
import type { CommandName } from './commands.ts';
import { choice, list, optional, withDefault } from './option.ts';
import { countOrAll, seconds } from './values.ts';

/** The commands that copy archives, and remove old copies. */
const COPYING: readonly CommandName[] = ['backup', 'copy'];

/** An option that keeps one copy per period. */
function keep(period: string, flag: string) {
  return withDefault({
    flag,
    placeholder: 'N',
    default: '0',
    help: `like --${flag.replace('copy-', '')}, for copies: one for each of the last N ${period}`,
    commands: COPYING,
    parse: countOrAll,
  });
}

/** Where copies of archives are kept, and which. */
export const COPIES = {
  copyTo: list({
    flag: 'copy-to',
    placeholder: 'URL',
    help: 'copy archives to this bucket, or directory, after the backup: s3://BUCKET/PREFIX, azblob://CONTAINER, gs://BUCKET; list and the page of log show where copies are',
    commands: ['backup', 'list', 'log'],
    parse: parseLocation,
  }),
  copyPlace: optional({
    flag: 'to',
    placeholder: 'URL',
    help: 'copy archives to this bucket, or directory: s3://BUCKET/PREFIX, azblob://CONTAINER, gs://BUCKET',
    commands: ['copy'],
    parse: parseLocation,
  }),
  copyFor: withDefault({
    flag: 'copy-for',
    placeholder: 'SECONDS',
    default: '600',
    help: 'stop copying after this time; the next run continues',
    commands: COPYING,
    parse: seconds(1),
  }),
  copyKeep: choice({
    flag: 'copy-keep',
    choices: ['policy', 'none'],
    default: 'policy',
    help: 'policy: remove old copies according to the --copy-keep options below, or if there are none, the retention of the volume; none: never remove copies, for a bucket with a lifecycle rule; needs no permission to delete',
    commands: COPYING,
  }),
  copyKeepWithin: optional({
    flag: 'copy-keep-within',
    placeholder: 'SPAN',
    help: 'like --keep-within, for copies: 30d, 6m, 1y6m',
    commands: COPYING,
    parse: parseCalendarSpan,
  }),
  copyKeepLast: withDefault({
    flag: 'copy-keep-last',
    placeholder: 'N',
    default: '0',
    help: 'like --keep-last, for copies',
    commands: COPYING,
    parse: countOrAll,
  }),
  copyKeepDaily: keep('days', 'copy-keep-daily'),
  copyKeepWeekly: keep('weeks', 'copy-keep-weekly'),
  copyKeepMonthly: keep('months', 'copy-keep-monthly'),
  copyKeepYearly: keep('years', 'copy-keep-yearly'),
};
