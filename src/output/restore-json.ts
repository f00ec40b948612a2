import type { Value } from '../json/value.ts';
import type { Outcome } from '../restore-rules/outcome.ts';
import { CLUSTER } from '../types/archive-paths.ts';
import { changeValue } from './changes/json.ts';
import { json, number, plain } from './print/json.ts';
import { ReachSummary } from './restore-reach.ts';
import type { RestoreFacts } from './restore-report.ts';

/** A restore as one JSON document, piece by piece; see docs/output.md. */
export async function* restoreJson(facts: RestoreFacts): AsyncGenerator<string> {
  const { archive, server, user, dryRun, timestamp, resourceVersion, missing, outcomes, counters } = facts;
  const head = new Map<string, Value>([
    ['archive', archive],
    ['server', server],
    ['user', user],
    ['dryRun', dryRun],
    ['restoreTimestamp', timestamp],
    ['restoreResourceVersion', resourceVersion],
    ['missing', missing.map((row) => plain({ ...row }))],
  ]);
  for (const [key, value] of head) yield `${key === 'archive' ? '{' : ','}\n  ${json(key)}: ${json(value)}`;
  yield ',\n  "objects": [';
  let separator = '';
  const reach = new ReachSummary();
  for await (const outcome of outcomes) {
    reach.add(outcome);
    yield `${separator}\n    ${json(outcomeValue(outcome), '    ')}`;
    separator = ',';
  }
  yield `${separator === '' ? '' : '\n  '}]`;
  const rows = reach.all.map(({ project, type, name, rule, reaches, restored }) =>
    new Map<string, Value>(plain({ project: project ?? CLUSTER, type, name, rule }))
      .set('reaches', reaches)
      .set('restored', restored),
  );
  yield `,\n  "reach": ${json(rows)}`;
  const { objects, more = 0, unknown } = await facts.extras();
  yield `,\n  "notInArchive": ${json(
    objects.map((extra) => plain({ ...extra })),
    '  ',
  )}`;
  if (more > 0) yield `,\n  "notInArchiveMore": ${json(number(more))}`;
  if (unknown.length > 0) yield `,\n  "notListed": ${json([...unknown])}`;
  for (const [key, count] of Object.entries(counters())) yield `,\n  ${json(key)}: ${json(number(count))}`;
  yield '\n}\n';
}

function outcomeValue({ result, project, from, type, kind, name, rule, reason, notes, changes }: Outcome) {
  return new Map<string, Value>(
    plain({ outcome: result, project: project ?? CLUSTER, from, type, kind, name, rule, reason }),
  )
    .set(
      'notes',
      notes.map((note) => plain({ rule: note.rule, text: note.text })),
    )
    .set('changes', changes.map(changeValue));
}
