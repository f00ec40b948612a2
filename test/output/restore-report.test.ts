import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RestoreFacts, restoreText } from '../../src/output/restore-report.ts';
import { Count, type Extras, type Outcome } from '../../src/restore-rules/outcome.ts';

const row = (result: Outcome['result'], name: string, details: Partial<Outcome> = {}): Outcome => ({
  result,
  project: 'shop',
  type: 'deployments.apps',
  kind: 'Deployment',
  name,
  from: null,
  rule: null,
  reason: null,
  notes: [],
  changes: [],
  reach: [],
  ...details,
});
const OWNED = { rule: 'owned-pod', reason: 'its controller creates it' };
const ROWS: readonly Outcome[] = [
  row('created', 'new'),
  row('existed', 'same'),
  row('differs', 'other'),
  row('excluded', 'pod-1', OWNED),
  row('excluded', 'pod-2', OWNED),
];

async function textOf(
  rows: readonly Outcome[],
  { verbose = false, dryRun = true, extras = { objects: [], unknown: [] } as Extras } = {},
): Promise<string> {
  const count = new Count();
  async function* outcomes() {
    for (const each of rows) {
      count.add(each);
      yield each;
    }
  }
  const facts: RestoreFacts = {
    archive: 'a.zip',
    server: 'https://api.example.com',
    user: 'alice',
    dryRun,
    existing: 'skip',
    timestamp: '2026-11-26T00:15:00Z',
    resourceVersion: '1',
    missing: [],
    outcomes: outcomes(),
    counters: () => count.counters(100),
    extras: async () => extras,
  };
  let text = '';
  for await (const piece of restoreText(facts, { colour: false, verbose })) text += piece;
  return text;
}

test('each change has a line, everything else is counted by reason', async () => {
  assert.equal(
    await textOf(ROWS),
    `a.zip → https://api.example.com as alice
dry run: nothing was changed. --apply creates missing objects and leaves existing objects that differ unchanged (--existing update restores them)

would create  shop/deployments.apps/new
differs       shop/deployments.apps/other

not restored (-v lists the objects)
  2  owned-pod: its controller creates it

of 5 selected: 1 to create, 1 differs (left), 1 unchanged, 2 not restored
`,
  );
});

test('-v: every object has a line', async () => {
  const text = await textOf(ROWS, { verbose: true });
  for (const line of [
    'unchanged     shop/deployments.apps/same',
    'not restored  shop/deployments.apps/pod-2  owned-pod: its controller creates it',
  ])
    assert.ok(text.includes(`\n${line}\n`), text);
});

test('what exists and is not in the archive is listed at the end', async () => {
  const object = {
    project: 'shop',
    type: 'networkpolicies.networking.k8s.io',
    kind: 'NetworkPolicy',
    name: 'incident',
    outcome: 'left' as const,
    reason: null,
  };
  const text = await textOf([], { extras: { objects: [object], unknown: ['routes.route.openshift.io'] } });
  assert.match(
    text,
    /\nin the cluster, but not in the archive \(left as they are\)\n {2}shop\/networkpolicies\.networking\.k8s\.io\/incident\n/,
  );
  const many = await textOf([], { extras: { objects: [object], more: 7, unknown: [] } });
  assert.match(many, /\/incident\n {2}and 7 more\n/);
  assert.match(text, /so other objects of them may exist: routes\.route\.openshift\.io\n/);
});

test('a long message of the server has a line for each field', async () => {
  const field = (name: string) =>
    `spec.template.spec.containers[0].${name}: Invalid value: "x": must be something else`;
  const reason = `422 Invalid: Deployment.apps "web" is invalid: [${['image', 'ports', 'env'].map(field).join(', ')}]`;
  const lines = (await textOf([row('failed', 'web', { reason })], { dryRun: false })).split('\n');
  assert.ok(
    lines.every((line) => line.length <= 110),
    lines.join('\n'),
  );
  const starts = lines.map((line) => line.trimStart().replace(/^\[/, ''));
  for (const name of ['image', 'ports', 'env'])
    assert.ok(starts.some((line) => line.startsWith(`spec.template.spec.containers[0].${name}:`)));
});
