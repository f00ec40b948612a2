import type { Counters, Extras, MissingVerb, Outcome, Result } from '../restore-rules/outcome.ts';
import { objectPath } from '../types/archive-paths.ts';
import { changeLines, line } from './changes/lines.ts';
import { printable } from './print/printable.ts';
import { styled } from './print/screen.ts';
import { ReachSummary } from './restore-reach.ts';

/** What a restore reports. */
export interface RestoreFacts {
  readonly archive: string;
  readonly server: string;
  readonly user: string;
  readonly dryRun: boolean;
  /** What happens to objects that exist and differ. */
  readonly existing: 'skip' | 'update' | 'replace' | 'fail';
  /** When it began. */
  readonly timestamp: string;
  readonly resourceVersion: string | null;
  readonly missing: readonly MissingVerb[];
  readonly outcomes: AsyncIterable<Outcome>;
  readonly counters: () => Counters;
  /** What the projects hold that the archive does not; asked for after the outcomes. */
  readonly extras: () => Promise<Extras>;
}

/** How a report is printed. */
export interface RestoreStyle {
  readonly colour: boolean;
  /** A line also for objects that are unchanged or not restored. */
  readonly verbose: boolean;
}

const WOULD: Readonly<Record<Result, string>> = {
  created: 'would create',
  updated: 'would update',
  existed: 'unchanged',
  differs: 'differs',
  excluded: 'not restored',
  failed: 'would fail',
};
const DID: Readonly<Record<Result, string>> = {
  ...WOULD,
  created: 'created',
  updated: 'updated',
  failed: 'failed',
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

const DIFFERING: Readonly<Record<RestoreFacts['existing'], string>> = {
  skip: 'leaves existing objects that differ unchanged (--existing update restores them)',
  update: 'updates existing objects that differ to match the archive',
  replace: 'deletes existing objects that differ and creates them again',
  fail: 'reports existing objects that differ as failed',
};

/** More are counted together; an archive from anywhere may give any number. */
const MOST_REASONS = 50;
/** Messages stand beside the object up to this length, and below it in lines of this length. */
const LONGEST = 100;

/** The report of a restore as text, object by object as they come. */
export async function* restoreText(facts: RestoreFacts, style: RestoreStyle): AsyncGenerator<string> {
  const { archive, server, user, dryRun, missing, outcomes, counters } = facts;
  const who = user === '' ? '' : ` as ${user}`;
  yield `${printable(`${archive} → ${server}${who}`)}\n`;
  yield dryRun
    ? `dry run: nothing was changed. --apply creates missing objects and ${DIFFERING[facts.existing]}\n`
    : `--apply: the cluster is changed\n`;
  if (missing.length > 0) {
    yield '\nmissing permissions\n';
    for (const row of missing) yield `  ${printable(missingText(row))}\n`;
  }
  yield '\n';
  const unrestored = new Map<string, number>();
  const reach = new ReachSummary();
  for await (const outcome of outcomes) {
    reach.add(outcome);
    const { result, notes, rule, reason } = outcome;
    const isQuiet = result === 'excluded' || (result === 'existed' && notes.length === 0);
    if (!isQuiet || style.verbose) yield outcomeText(outcome, dryRun, style.colour);
    if (result !== 'excluded') continue;
    const isNew = unrestored.size < MOST_REASONS;
    const full = `${rule}: ${reason}`;
    const why = isNew || unrestored.has(full) ? full : 'for other reasons';
    unrestored.set(why, (unrestored.get(why) ?? 0) + 1);
  }
  if (!style.verbose) yield* unrestoredText(unrestored);
  yield reach.text(dryRun);
  yield* extrasText(await facts.extras(), dryRun);
  yield `\n${countersText(counters(), dryRun)}\n`;
}

/** `create secrets in project shop`. */
function missingText({ verb, type, subresource, project }: MissingVerb): string {
  const what = subresource === null ? type : `${type}/${subresource}`;
  return `${verb} ${what}${project === null ? '' : ` in project ${project}`}`;
}

function outcomeText(outcome: Outcome, dryRun: boolean, colour: boolean): string {
  const { result, project, type, name, from, rule, reason, notes, changes } = outcome;
  const word = (dryRun ? WOULD : DID)[result].padEnd(WIDTH);
  const style = STYLE[result];
  const shown = colour && style !== null ? styled(style, word) : word;
  const place = `${objectPath(project, type, name)}${from === null ? '' : ` (from ${from})`}`;
  const why = [rule, reason].filter((part) => part !== null).join(': ');
  const isShort = place.length + why.length <= LONGEST;
  const head = `${shown}  ${printable(place)}${isShort && why !== '' ? `  ${printable(why)}` : ''}\n`;
  const message = isShort ? [] : messageLines(why).map((each) => `    ${printable(each)}\n`);
  const noteLines = notes.flatMap((note) =>
    messageLines(`${note.rule}: ${note.text}`).map(
      (each, at) => `    ${at === 0 ? '' : '  '}${printable(each)}\n`,
    ),
  );
  const differences = changes
    .flatMap((each) => changeLines(each, true))
    .map((each) => line(each, '    ', { colour }));
  return [head, ...message, ...noteLines, ...differences].join('');
}

/** Where a server's message begins with the next field or the next conflict. */
const NEXT =
  /, (?=(?:[a-z][\w.[\]"'/-]*: (?:Invalid|Required|Forbidden|Duplicate|Unsupported|Too|Internal)|\.[a-z]))|(?<=:) (?=\[)|; (?=--)/;

/** A message in lines of what one reads at a time: a field that is wrong, then words as far as they go. */
function messageLines(text: string): readonly string[] {
  if (text.length <= LONGEST) return [text];
  return text.split(NEXT).flatMap((part) => {
    const lines: string[] = [];
    let current = '';
    for (const word of part.split(' ')) {
      if (current !== '' && current.length + word.length >= LONGEST) {
        lines.push(current);
        current = word;
      } else current = current === '' ? word : `${current} ${word}`;
    }
    return [...lines, current];
  });
}

function* unrestoredText(counts: ReadonlyMap<string, number>): Generator<string> {
  if (counts.size === 0) return;
  yield '\nnot restored (-v lists the objects)\n';
  const width = String(Math.max(...counts.values())).length;
  for (const [why, count] of counts) yield `  ${String(count).padStart(width)}  ${printable(why)}\n`;
}

function* extrasText({ objects, more = 0, unknown }: Extras, dryRun: boolean): Generator<string> {
  const titles = {
    removed: dryRun ? 'not in the archive: --prune would remove' : 'not in the archive: removed by --prune',
    failed: 'not in the archive: --prune failed',
    left: 'in the cluster, but not in the archive (left as they are)',
  } as const;
  for (const outcome of ['removed', 'failed', 'left'] as const) {
    const found = objects.filter((each) => each.outcome === outcome);
    if (found.length > 0) yield `\n${titles[outcome]}\n`;
    for (const { project, type, name, reason } of found)
      yield `  ${printable(`${project}/${type}/${name}${reason === null ? '' : `  ${reason}`}`)}\n`;
  }
  if (more > 0) yield `  and ${more} more\n`;
  if (unknown.length > 0)
    yield `\nthese types could not be listed, so other objects of them may exist: ${printable(unknown.join(', '))}\n`;
}

/** `of 14 selected: 1 to create, 3 differ (left), 5 unchanged, 5 not restored`. */
function countersText(counters: Counters, dryRun: boolean): string {
  const { numCreated, numUpdated, numAlreadyExisted, numDiffering, numFailed } = counters;
  const unrestored = counters.numExcluded + counters.numPreferenceExcluded;
  const parts: ReadonlyArray<readonly [count: number, word: string]> = [
    [numCreated, dryRun ? 'to create' : 'created'],
    [numUpdated, dryRun ? 'to update' : 'updated'],
    [numDiffering, numDiffering === 1 ? 'differs (left)' : 'differ (left)'],
    [numAlreadyExisted - numDiffering, 'unchanged'],
    [unrestored, 'not restored'],
    [numFailed, dryRun ? 'would fail' : 'failed'],
  ];
  const selected = numCreated + numUpdated + numAlreadyExisted + unrestored + numFailed;
  const shown = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return `of ${selected} selected: ${shown.join(', ') || 'nothing to do'}`;
}
