import { parseLocation } from '../volume/location.ts';
import { checkName, checkStamp, checkZone } from '../volume/names.ts';
import { isDate, parseCalendarSpan, parseSince, type Since } from '../words/duration.ts';
import { type CommandName, NAMING } from './commands.ts';
import { optional, withDefault } from './option.ts';
import { SEAL } from './seal.ts';
import { countOrAll, wholeNumber } from './values.ts';

/** The commands that apply the retention policy, or show what it means for each archive. */
const KEEPING: readonly CommandName[] = ['backup', 'prune', 'list', 'copy'];

/** Where archives are, and how their files are named. */
export const ARCHIVES = {
  volume: withDefault({
    flag: 'volume',
    placeholder: 'DIR|URL',
    default: '/openshift-backup',
    help: 'directory of the archives, or a bucket: s3://BUCKET, azblob://CONTAINER, gs://BUCKET, each with /PREFIX',
    commands: [...NAMING, 'idle'],
    parse: parseLocation,
  }),
  name: withDefault({
    flag: 'name',
    placeholder: 'NAME',
    default: 'openshift-backup',
    help: 'first part of the file name of archives',
    commands: NAMING,
    parse: checkName,
  }),
  stamp: withDefault({
    flag: 'stamp',
    placeholder: 'FORMAT',
    default: 'yyyyMMddHHmm',
    help: 'second part of the file name: the time, as a Luxon date format',
    commands: NAMING,
    parse: checkStamp,
  }),
  zone: withDefault({
    flag: 'zone',
    placeholder: 'ZONE',
    default: 'UTC',
    help: 'IANA time zone of times in file names and reports',
    commands: NAMING,
    parse: checkZone,
  }),
  ...SEAL,
};

/** An option that keeps one archive per period. */
function keep(period: string, flag: string) {
  return withDefault({
    flag,
    placeholder: 'N',
    default: '0',
    help: `for each of the last N ${period} with archives, keep the newest one; unlimited means every ${period.slice(0, -1)}`,
    commands: KEEPING,
    parse: countOrAll,
  });
}

/** Which archives are kept. */
export const RETENTION = {
  retainDays: withDefault({
    flag: 'retain-days',
    placeholder: 'N',
    default: '7',
    help: 'keep archives for N days; 0 keeps all. No default if a --keep option is given',
    commands: KEEPING,
    parse: wholeNumber(0),
  }),
  retainMin: withDefault({
    flag: 'retain-min',
    placeholder: 'N',
    default: '1',
    help: 'always keep the newest N complete archives; the newest one is never removed',
    commands: KEEPING,
    parse: wholeNumber(0),
  }),
  keepWithin: optional({
    flag: 'keep-within',
    placeholder: 'SPAN',
    help: 'keep archives made within this time before the newest one: 7d, 6m, 1y6m (years, months, days, hours)',
    commands: KEEPING,
    parse: parseCalendarSpan,
  }),
  keepLast: withDefault({
    flag: 'keep-last',
    placeholder: 'N',
    default: '0',
    help: 'keep the last N archives; unlimited keeps all',
    commands: KEEPING,
    parse: countOrAll,
  }),
  keepDaily: keep('days', 'keep-daily'),
  keepWeekly: keep('weeks', 'keep-weekly'),
  keepMonthly: keep('months', 'keep-monthly'),
  keepYearly: keep('years', 'keep-yearly'),
};

/** What is written into the archive that a backup makes. */
export const MARKS = {
  holdUntil: optional({
    flag: 'hold-until',
    placeholder: 'DATE|forever',
    help: 'keep this archive until this date, whatever the retention options say: 2027-03-01, forever',
    commands: ['backup'],
    parse: (text) => (text === 'forever' ? text : parseDate(text)),
  }),
  expires: optional({
    flag: 'expires',
    placeholder: 'WHEN',
    help: 'remove this archive after this time, whatever the retention options say: 14d, 2027-03-01',
    commands: ['backup'],
    parse: parseSince,
  }),
  note: optional({
    flag: 'note',
    placeholder: 'TEXT',
    help: 'a note about this archive, shown by list: "before the upgrade to 4.18"',
    commands: ['backup'],
    parse: parseNote,
  }),
};

const LONGEST_NOTE = 200;

function parseDate(text: string): Since {
  const date = isDate(text) ? parseSince(text) : null;
  if (date === null) throw new Error('must be a date such as 2027-03-01, or forever');
  return date;
}

/** One line that a table can show. */
function parseNote(text: string): string {
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(text))
    throw new Error('must not contain line breaks or control characters');
  if (text.trim() === '') throw new Error('must have text');
  if (text.length > LONGEST_NOTE) throw new Error(`must have at most ${LONGEST_NOTE} characters`);
  return text;
}
