import { DateTime, IANAZone, type TokenParser } from 'luxon';

/** How the archives of one installation are named. */
export interface Naming {
  readonly name: string;
  /** Luxon format. */
  readonly stamp: string;
  /** IANA zone. */
  readonly zone: string;
}

/** The parts of an archive's file name. */
export interface ParsedName {
  /** The stamp as written in the name. */
  readonly stamp: string;
  /** What the stamp says in the zone of the naming. */
  readonly time: Date;
  /** 1 for the first run of a stamp, 2 for the second … */
  readonly run: number;
}

/** Names do not depend on the language of this machine. */
const ENGLISH = { locale: 'en' } as const;
const ENDING = '.zip';
/** What the name of an archive ends with that was sealed, so that age knows it, too. */
const SEAL = '.age';
/** What takes the place of the ending in the name of a rehearsal's result. */
const RESULT = '.rehearsal.json';
const RUN = /_(\d{2,})$/;

/**
 * The file name of an archive: `openshift-backup202609110015.zip`; a second run
 * of the same stamp is `openshift-backup202609110015_02.zip`, which sorts after it.
 */
export function archiveName(naming: Naming, time: Date, run = 1): string {
  const stamp = DateTime.fromJSDate(time).setZone(naming.zone).setLocale('en').toFormat(naming.stamp);
  return `${naming.name}${stamp}${run === 1 ? '' : `_${String(run).padStart(2, '0')}`}${ENDING}`;
}

/** The name of an archive when it is sealed: `openshift-backup202609110015.zip.age`. */
export function sealedName(archive: string): string {
  return `${archive}${SEAL}`;
}

/** Whether the name of a file says that it is a sealed archive. */
export function isSealedName(file: string): boolean {
  return file.endsWith(`${ENDING}${SEAL}`);
}

/** The name of an archive without its seal. */
export function plainName(file: string): string {
  return isSealedName(file) ? file.slice(0, -SEAL.length) : file;
}

/** Whether a text is a file name of an archive, sealed or not, and no part of a stamp. */
export function isArchiveName(text: string): boolean {
  return plainName(text).endsWith(ENDING);
}

/** What the name of an archive has behind the name of its installation: `202609110015_02`. */
export function stampAndRun({ name }: Naming, file: string): string {
  return plainName(file).slice(name.length, -ENDING.length);
}

/** The name under which an archive is written until it is whole. */
export function partialName(archive: string): string {
  return `.${archive}.partial`;
}

/** The name of the file that keeps the result of an archive's last rehearsal: `openshift-backup202609110015.rehearsal.json`. */
export function rehearsalName(archive: string): string {
  const plain = plainName(archive);
  return `${plain.endsWith(ENDING) ? plain.slice(0, -ENDING.length) : plain}${RESULT}`;
}

/** The results of rehearsals in a listing whose archive is not in it, in no order. */
export function orphanedResults(naming: Naming, files: ReadonlySet<string>): string[] {
  return [...files].filter((file) => {
    if (!file.endsWith(RESULT)) return false;
    const archive = `${file.slice(0, -RESULT.length)}${ENDING}`;
    return parseName(naming, archive) !== null && !files.has(archive) && !files.has(sealedName(archive));
  });
}

/** The archive that a partial would have become, or null for any other file. */
export function archiveOfPartial(file: string): string | null {
  return file.startsWith('.') && file.endsWith('.partial') ? file.slice(1, -'.partial'.length) : null;
}

/**
 * Reads an archive's file name, sealed or not.
 *
 * @returns null for every file that is not of this name and a valid stamp; such files are never touched
 */
export function parseName(naming: Naming, file: string): ParsedName | null {
  if (!file.startsWith(naming.name) || !isArchiveName(file)) return null;
  const middle = stampAndRun(naming, file);
  // A stamp format may itself end like a run number, so the whole is tried first.
  const whole = parseStamp(naming, middle);
  if (whole !== null) return { stamp: middle, time: whole, run: 1 };
  const run = RUN.exec(middle);
  if (run === null) return null;
  const stamp = middle.slice(0, run.index);
  const time = parseStamp(naming, stamp);
  return time === null ? null : { stamp, time, run: Number(run[1]) };
}

/**
 * Whether it is a stamp does not depend on a zone: an archive that was stamped in another one
 * may have a time that the clocks of this zone leave out in spring.
 */
function parseStamp({ stamp: format, zone }: Naming, stamp: string): Date | null {
  const parser = parserOf(format);
  const named = DateTime.fromFormatParser(stamp, parser, { zone: 'UTC', setZone: true, ...ENGLISH });
  if (!named.isValid || named.toFormat(format) !== stamp) return null;
  return DateTime.fromFormatParser(stamp, parser, { zone, ...ENGLISH }).toJSDate();
}

/** The last one that was made: all archives of a naming have stamps of the same format. */
let lastParser: { readonly format: string; readonly parser: TokenParser } | null = null;

function parserOf(format: string): TokenParser {
  if (lastParser?.format !== format)
    lastParser = { format, parser: DateTime.buildFormatParser(format, ENGLISH) };
  return lastParser.parser;
}

/**
 * @returns the format as it was given
 * @throws Error if a stamp in that format cannot be in a file name, or if the day cannot be read from it
 */
export function checkStamp(format: string): string {
  for (const time of ['2025-02-03T04:05:06Z', '2031-12-29T23:58:59Z']) {
    const day = DateTime.fromISO(time, { zone: 'UTC', ...ENGLISH });
    const stamp = day.toFormat(format);
    if (!/^[A-Za-z0-9._+-]{1,100}$/.test(stamp))
      throw new Error(`gives "${stamp}", which cannot be part of a file name`);
    const again = DateTime.fromFormat(stamp, format, { zone: 'UTC', ...ENGLISH });
    if (!again.isValid || !again.hasSame(day, 'day')) {
      throw new Error(`gives "${stamp}", from which year, month and day cannot be read (yyyyMMddHHmm works)`);
    }
  }
  return format;
}

/**
 * @returns the zone as it was given
 * @throws Error where the zone is not in the IANA database
 */
export function checkZone(zone: string): string {
  if (zone !== 'UTC' && !IANAZone.isValidZone(zone))
    throw new Error('is not an IANA time zone (such as Europe/Zurich)');
  return zone;
}

/**
 * @returns the name as it was given
 * @throws Error if it cannot begin a file name on every volume
 */
export function checkName(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text)) {
    throw new Error(
      'must be letters, digits, dots, dashes and underscores, beginning with a letter or digit',
    );
  }
  return text;
}
