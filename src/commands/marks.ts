import type { Manifest } from '../archive/format/manifest.ts';
import type { Config } from '../config.ts';
import { endOf } from '../words/duration.ts';
import { Failure } from '../words/failure.ts';

/** What `--hold-until`, `--expires` and `--note` write into the manifest of the new archive. */
export type Marks = Pick<Manifest, 'holdUntil' | 'expires' | 'note'>;

/**
 * The marks from the options; a time without a zone is in the zone of `--zone`.
 *
 * @throws Failure (usage) for a time in the past, and for an archive that would expire while it is held
 */
export function marksOf(config: Config, now: Date): Marks {
  const { zone, note } = config;
  const holdUntil =
    config.holdUntil === null || config.holdUntil === 'forever'
      ? config.holdUntil
      : endOf(config.holdUntil, now, zone).toISOString();
  const expires = config.expires === null ? null : endOf(config.expires, now, zone).toISOString();
  for (const [flag, time] of [
    ['--hold-until', holdUntil],
    ['--expires', expires],
  ] as const)
    if (time !== null && time !== 'forever' && new Date(time) <= now)
      throw new Failure(`${flag}: ${time} is in the past`, null, 'usage');
  if (holdUntil !== null && expires !== null && (holdUntil === 'forever' || expires < holdUntil))
    throw new Failure('--expires: the archive would expire while --hold-until keeps it', null, 'usage');
  return {
    ...(holdUntil === null ? {} : { holdUntil }),
    ...(expires === null ? {} : { expires }),
    ...(note === null ? {} : { note }),
  };
}
