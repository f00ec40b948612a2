import { checkName, checkStamp, checkZone } from '../volume/names.ts';
import { NAMING } from './commands.ts';
import { withDefault } from './option.ts';
import { wholeNumber } from './values.ts';

/** Where archives are, and how their files are named. */
export const ARCHIVES = {
  volume: withDefault({
    flag: 'volume',
    placeholder: 'DIR',
    default: '/openshift-backup',
    help: 'directory of the archives',
    commands: [...NAMING, 'idle'],
    parse: (text) => text,
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
};

/** Which archives are kept. */
export const RETENTION = {
  retainDays: withDefault({
    flag: 'retain-days',
    placeholder: 'N',
    default: '7',
    help: 'remove archives older than N days; 0 keeps all',
    commands: ['backup', 'prune'],
    parse: wholeNumber(0),
  }),
  retainMin: withDefault({
    flag: 'retain-min',
    placeholder: 'N',
    default: '1',
    help: 'always keep the newest N complete archives',
    commands: ['backup', 'prune'],
    parse: wholeNumber(0),
  }),
};
