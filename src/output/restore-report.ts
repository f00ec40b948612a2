import type { Counters, MissingVerb, Outcome, Result } from '../restore-rules/outcome.ts';
import { objectPath } from '../types/places.ts';
import { changeLines, line } from './changes/lines.ts';
import { printable } from './print/printable.ts';
import { styled } from './print/screen.ts';
import { ReachSummary } from './restore-reach.ts';

/** What a restore tells. */
export interface RestoreFacts {
  readonly archive: string;
  readonly server: string;
  readonly user: string;
  readonly dryRun: boolean;
  /** When it began. */
  readonly timestamp: string;
  readonly resourceVersion: string | null;
  readonly missing: readonly MissingVerb[];
  readonly outcomes: AsyncIterable<Outcome>;
  readonly counters: () => Counters;
}

const WOULD: Readonly<Record<Result, string>> = {
  created: 'would create',
  updated: 'would update',
  existed: 'exists',
  differs: 'differs',
  excluded: 'excluded',
  failed: 'would fail',
};

const WIDTH = 'would create'.length;

const STYLE = {
  created: 'green',
  updated: 'yellow',
  existed: null,
  differs: 'yellow',
  excluded: null,
  failed: 'red',
} as const;

/** A restore's account of itself as text, object by object as they come. */
export async function* restoreText(facts: RestoreFacts, colour: boolean): AsyncGenerator<string> {
  const { archive, server, user, dryRun, missing, outcomes, counters } = facts;
  const who = user === '' ? '' : ` as ${user}`;
  yield `${printable(`${archive} → ${server}${who}`)}\n`;
  yield dryRun ? 'dry run: nothing is written; --apply does it\n' : '--apply: this is written\n';
  if (missing.length > 0) {
    yield '\nmissing permissions\n';
    for (const row of missing) yield `  ${printable(missingText(row))}\n`;
  }
  yield '\n';
  const reach = new ReachSummary();
  for await (const outcome of outcomes) {
    reach.add(outcome);
    yield outcomeText(outcome, dryRun, colour);
  }
  yield reach.text(dryRun);
  yield `\n${countersText(counters(), dryRun)}\n`;
}

/** `create secrets in project shop`. */
function missingText({ verb, type, subresource, project }: RestoreFacts['missing'][number]): string {
  const what = subresource === null ? type : `${type}/${subresource}`;
  return `${verb} ${what}${project === null ? '' : ` in project ${project}`}`;
}

function outcomeText(outcome: Outcome, dryRun: boolean, colour: boolean): string {
  const { result, project, type, name, from, rule, reason, notes, changes } = outcome;
  const word = (dryRun ? WOULD[result] : result).padEnd(WIDTH);
  const style = STYLE[result];
  const shown = colour && style !== null ? styled(style, word) : word;
  const place = `${objectPath(project, type, name)}${from === null ? '' : ` (from ${from})`}`;
  const why = [rule, reason].filter((part) => part !== null).join(': ');
  const head = `${shown}  ${printable(place)}${why === '' ? '' : `  ${printable(why)}`}\n`;
  const told = notes.map((note) => `    ${printable(`${note.rule}: ${note.text}`)}\n`);
  const differences = changes
    .flatMap((each) => changeLines(each, true))
    .map((each) => line(each, '    ', { colour }));
  return [head, ...told, ...differences].join('');
}

function countersText(counters: Counters, dryRun: boolean): string {
  const { numCreated, numUpdated, numAlreadyExisted, numDiffering } = counters;
  const { numExcluded, numPreferenceExcluded, numFailed, numSnapshotContents } = counters;
  const parts = [
    `${numCreated} ${dryRun ? 'to create' : 'created'}`,
    `${numUpdated} ${dryRun ? 'to update' : 'updated'}`,
    `${numAlreadyExisted - numDiffering} existed`,
    `${numDiffering} differ${dryRun ? '' : ' (left as they are)'}`,
    `${numExcluded + numPreferenceExcluded} excluded`,
    `${numFailed} failed`,
  ];
  return `${parts.join(', ')}; the archive has ${numSnapshotContents} objects`;
}
