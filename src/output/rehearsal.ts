import { pathText } from '../changes/path.ts';
import type { Fields, Value } from '../json/value.ts';
import type { Rehearsal } from '../rehearsal/result.ts';
import { CLUSTER, objectPath } from '../types/archive-paths.ts';
import { brief } from '../words/names.ts';
import { changeValue } from './changes/json.ts';
import { changeLines } from './changes/lines.ts';
import { json, number, plain } from './print/json.ts';
import { printable } from './print/printable.ts';
import { table } from './print/table.ts';
import { counted, size } from './print/units.ts';

/** A rehearsal of an archive, and the servers that it used. */
export interface RehearsalFacts {
  /** File name. */
  readonly archive: string;
  /** SHA-256 of its SHA256SUMS, which binds the kept result to this very content. */
  readonly digest: string;
  /** Version of the API server: v1.36.3. */
  readonly kubernetes: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** Of etcd and kube-apiserver together, in bytes; 0 if the system does not report it. */
  readonly peakMemory: number;
  readonly rehearsal: Rehearsal;
}

/** Objects of a kind that the text lists; the JSON has more. */
const MOST_LINES = 50;
/** Changes of an object that the text shows. */
const MOST_CHANGES = 10;

/** The result for a person: numbers first, then what is wrong, then what a rehearsal cannot show. */
export function rehearsalText(facts: RehearsalFacts): string {
  const { archive, kubernetes, startedAt, finishedAt, peakMemory, rehearsal } = facts;
  const { outcomes, differs, refused, refusedTypes, notRehearsed, rewritten, notes } = rehearsal;
  const seconds = Math.round((finishedAt.getTime() - startedAt.getTime()) / 1000);
  const memory = peakMemory === 0 ? '' : `, ${size(peakMemory)} of memory`;
  const lines = [
    `${printable(archive)}: ${counted(outcomes.objects, 'object')}, Kubernetes ${printable(kubernetes)} (${seconds} s${memory})`,
    `  proven         ${outcomes.proven}`,
    `  differs        ${outcomes.differs}`,
    `  refused        ${outcomes.refused}`,
    `  not rehearsed  ${outcomes.notRehearsed}`,
  ];
  if (differs.length > 0) {
    lines.push('', 'came back different');
    for (const each of differs.slice(0, MOST_LINES)) {
      const { project, type, name, changes, reason } = each;
      lines.push(`  ${printable(objectPath(project, type, name))}${reason === null ? '' : `: ${reason}`}`);
      const shown = changes.slice(0, MOST_CHANGES).flatMap((change) => changeLines(change, true));
      lines.push(...shown.map(({ text }) => `    ${text}`));
      if (changes.length > MOST_CHANGES) lines.push(`    … and ${changes.length - MOST_CHANGES} more`);
    }
    lines.push(...rest(outcomes.differs));
  }
  if (refused.length > 0) {
    lines.push('', 'refused by the server');
    for (const { project, type, name, reason } of refused.slice(0, MOST_LINES))
      lines.push(`  ${printable(`${objectPath(project, type, name)}: ${reason}`)}`);
    lines.push(...rest(outcomes.refused), '', ...indented(refusedTable(refusedTypes)));
  }
  if (notRehearsed.length > 0) {
    const columns = [
      { title: 'not rehearsed' },
      { title: 'objects', align: 'right' },
      { title: 'reason' },
    ] as const;
    const rows = notRehearsed.map(({ type, objects, reason }) => [type, String(objects), reason]);
    lines.push('', ...table(columns, rows).trimEnd().split('\n'));
  }
  if (rewritten.length > 0) {
    const columns = [
      { title: 'changed by a restore on purpose' },
      { title: 'objects', align: 'right' },
      { title: 'for example' },
    ] as const;
    const rows = rewritten.map(({ type, rule, objects, text }) => [
      `${type} (${rule})`,
      String(objects),
      text,
    ]);
    lines.push('', ...table(columns, rows).trimEnd().split('\n'));
  }
  if (notes.length > 0) lines.push('', ...notes.map((note) => printable(note)));
  return `${lines.join('\n')}\n`;
}

function rest(all: number): string[] {
  return all > MOST_LINES ? [`  … and ${all - MOST_LINES} more`] : [];
}

function indented(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`);
}

function refusedTable(rows: Rehearsal['refusedTypes']): string {
  return table(
    [
      { title: 'TYPE' },
      { title: 'VERSION' },
      { title: 'OBJECTS', align: 'right' },
      { title: 'REPLACED BY' },
      { title: 'THE SERVER SAYS, FOR EXAMPLE' },
    ],
    rows.map(({ type, apiVersion, objects, replacedBy, reason }) => [
      type,
      apiVersion,
      String(objects),
      replacedBy ?? '-',
      reason,
    ]),
  );
}

/** One rehearsal as an object, several as a list; docs/output.md describes the fields. */
export function rehearsalJson(facts: readonly RehearsalFacts[]): string {
  const values = facts.map((each) => rehearsalValue(each, true));
  const [only] = values;
  return `${json(values.length === 1 && only !== undefined ? only : values, '')}\n`;
}

/** Paths of an object that are kept, and characters of each. */
const MOST_PATHS = 10;
const LONGEST_PATH = 200;

/**
 * The document that is kept beside the archive: the same without values. Only the numbers are kept if it would be too
 * large to be read again.
 *
 * @param isSealed also leaves out names of objects and messages of the server: anyone who can read the place must not
 *   learn from it what the seal hides
 * @param largest bytes
 */
export function rehearsalRecord(facts: RehearsalFacts, isSealed: boolean, largest: number): Buffer {
  const whole = isSealed ? null : recordOf(facts);
  if (whole !== null && whole.length <= largest) return whole;
  const none = { differs: [], refused: [], refusedTypes: [], notRehearsed: [], rewritten: [], notes: [] };
  return recordOf({ ...facts, rehearsal: { ...facts.rehearsal, ...none } });
}

function recordOf(facts: RehearsalFacts): Buffer {
  const own = new Map<string, Value>([
    ['formatVersion', number(1)],
    ['digest', facts.digest],
  ]);
  return Buffer.from(`${json(new Map([...own, ...rehearsalValue(facts, false)]), '')}\n`);
}

/** @param withChanges also the values of what differs; else the first of their paths alone */
function rehearsalValue(facts: RehearsalFacts, withChanges: boolean): Fields {
  const { archive, kubernetes, startedAt, finishedAt, peakMemory, rehearsal } = facts;
  const { outcomes, differs, refused, refusedTypes, notRehearsed, rewritten, notes } = rehearsal;
  return new Map<string, Value>([
    ['archive', archive],
    ['kubernetes', kubernetes],
    ['startedAt', startedAt.toISOString()],
    ['finishedAt', finishedAt.toISOString()],
    ['peakMemory', number(peakMemory)],
    ['objects', number(outcomes.objects)],
    ['proven', number(outcomes.proven)],
    [
      'counts',
      plain({ differs: outcomes.differs, refused: outcomes.refused, notRehearsed: outcomes.notRehearsed }),
    ],
    ['differs', differs.map((each) => differingValue(each, withChanges))],
    ['refused', refused.map((each) => plain({ ...each, project: each.project ?? CLUSTER }))],
    ['refusedTypes', refusedTypes.map((each) => plain({ ...each }))],
    ['notRehearsed', notRehearsed.map((each) => plain({ ...each }))],
    ['rewritten', rewritten.map((each) => plain({ ...each }))],
    ['notes', notes],
  ]);
}

function differingValue(
  { project, type, kind, name, reason, changes }: Rehearsal['differs'][number],
  withChanges: boolean,
): Fields {
  const own = plain({ project: project ?? CLUSTER, type, kind, name, reason });
  const paths = [...new Set(changes.map(({ path }) => pathText(path)))];
  if (withChanges)
    return new Map<string, Value>([...own, ['paths', paths], ['changes', changes.map(changeValue)]]);
  const short = paths.slice(0, MOST_PATHS).map((path) => brief(path, LONGEST_PATH));
  return new Map<string, Value>([...own, ['paths', short]]);
}
