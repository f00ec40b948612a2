import type { Compared } from '../changes/comparison.ts';
import type { History, HistoryEvent, UnknownRun } from '../changes/history.ts';
import { CLUSTER } from '../types/cluster-folder.ts';
import type { Clock } from './age.ts';
import { deletionNote } from './deletion-words.ts';

/** `shop/deployments.apps/storefront`, as the command takes it. */
export function objectAddress({ project, type, name }: History['object']): string {
  return `${project ?? CLUSTER}/${type}/${name}`;
}

/** `3 versions in 14 of 15 archives`. */
export function summaryText({ versions, archives, unknown }: History): string {
  const telling = archives - unknown.length;
  const of = unknown.length === 0 ? '' : `${telling} of `;
  return `${counted(versions, 'version')} in ${of}${counted(archives, 'archive')}`;
}

/** `version 2: changed between 2026-11-19 00:15 UTC and 2026-11-20 00:15 UTC`. */
export function eventTitle(event: HistoryEvent, clock: Clock): string {
  const { version, sameAs } = event;
  const own = version === null ? '' : `version ${version}${sameAs === null ? '' : ' again'}: `;
  const same = sameAs === null ? '' : `, same as of ${sameAs.name}`;
  return `${own}${happened(event, clock)}${same}${deletionNote(event)}`;
}

function happened({ event, notYet, archives, comparedWith }: HistoryEvent, clock: Clock): string {
  const when = ({ time }: Compared) => clock(time);
  if (notYet === null) return `already there on ${when(archives[0])}`;
  const again = event === 'created' && comparedWith !== null ? ' again' : '';
  return `${event}${again} between ${when(notYet)} and ${when(archives[0])}`;
}

/** `in 3 archives: openshift-backup202611180015.zip … openshift-backup202611200015.zip`. */
export function eventSpan({ version, archives }: HistoryEvent): string {
  return `${version === null ? 'missing in' : 'in'} ${spanText(archives)}`;
}

/** `2 archives: … (secrets denied: verb list is denied)`. */
export function unknownText({ archives, reason }: UnknownRun): string {
  return `${spanText(archives.toReversed())} (${reason})`;
}

/** @param archives the oldest first */
function spanText(archives: readonly Compared[]): string {
  const [first, last] = [archives[0]?.name ?? '', archives.at(-1)?.name ?? ''];
  return `${counted(archives.length, 'archive')}: ${archives.length === 1 ? first : `${first} … ${last}`}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
