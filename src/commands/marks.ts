import type { Manifest } from '../archive/format/manifest.ts';
import type { Config } from '../config.ts';
import { endOf, type Since } from '../words/duration.ts';
import { Failure } from '../words/failure.ts';

/** What `--hold-until`, `--expires` and `--note` write into the manifest of the new archive. */
export type Marks = Pick<Manifest, 'holdUntil' | 'expires' | 'note'>;

const LAST_TIME = Date.UTC(10_000, 0);

/**
 * The marks from the options; a time without a zone is in the zone of `--zone`.
 *
 * @throws Failure (usage) for a time in the past, and for an archive that would expire while it is held
 */
export function marksOf(config: Config, now: Date): Marks {
  const { zone, note } = config;
  const end = (flag: string, span: Since): string => {
    const time = endOf(span, now, zone);
    // Manifests have years of four digits.
    if (!(time.getTime() < LAST_TIME))
      throw new Failure(`${flag}: use a time before the year 10000`, null, 'usage');
    if (time <= now) throw new Failure(`${flag}: ${time.toISOString()} is in the past`, null, 'usage');
    return time.toISOString();
  };
  const holdUntil =
    config.holdUntil === null || config.holdUntil === 'forever'
      ? config.holdUntil
      : end('--hold-until', config.holdUntil);
  const expires = config.expires === null ? null : end('--expires', config.expires);
  if (holdUntil !== null && expires !== null && (holdUntil === 'forever' || expires < holdUntil))
    throw new Failure('--expires: the archive would expire while --hold-until keeps it', null, 'usage');
  return {
    ...(holdUntil === null ? {} : { holdUntil }),
    ...(expires === null ? {} : { expires }),
    ...(note === null ? {} : { note }),
  };
}
