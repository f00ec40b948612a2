import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from '../../src/changes/change.ts';
import type { ChangeLog } from '../../src/changes/change-log.ts';
import { NotShownCount } from '../../src/changes/comparison.ts';
import type { LogEntry } from '../../src/changes/log-entry.ts';
import { Raw } from '../../src/json/value.ts';
import { logJson, logMarkdown, logText } from '../../src/output/log.ts';
import { pathsText } from '../../src/output/log-words.ts';
import { logPage } from '../../src/output/page/log-page.ts';

const FORM = { zone: 'UTC', columns: 100, colour: false, typeName: (type: string) => type };

function entryOf(name: string): LogEntry {
  const named = { project: 'shop', type: 'configmaps', kind: 'ConfigMap', name };
  return {
    object: { ...named, change: 'added', changes: [], beingDeletedSince: null },
    projects: null,
    hasOtherNames: false,
    interval: {
      before: { name: 'one.zip', time: '2026-11-01T00:15:00.000Z' },
      after: { name: 'two.zip', time: '2026-11-02T00:15:00.000Z' },
    },
    time: null,
    authors: [],
  };
}

function logOf(...entries: Array<LogEntry | 'limit'>): ChangeLog {
  const walk = async function* () {
    yield* entries;
  };
  return { archives: [], notes: [], unread: [], notShown: new NotShownCount(), entries: walk() };
}

const NIGHTS = [entryOf('').interval.after, entryOf('').interval.before];

async function printed(pieces: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const piece of pieces) all += piece;
  return all;
}

const TIME = '2026-11-01T14:02:11.000Z';
const REPLICAS = {
  kind: 'changed' as const,
  path: ['spec', 'replicas'].map((key) => ({ kind: 'key' as const, key })),
  before: new Raw('3'),
  after: new Raw('5'),
};

/** A change of an object by managers, at a known time or not. */
function changeBy(name: string, managers: readonly string[], time: string | null): LogEntry {
  const entry = entryOf(name);
  const authors = managers.map((manager) => ({
    manager,
    operation: 'Update' as const,
    subresource: time === null ? 'scale' : null,
    time,
  }));
  return { ...entry, object: { ...entry.object, change: 'changed', changes: [REPLICAS] }, time, authors };
}

const LONG_MANAGER = 'cluster-kube-apiserver-operator';
const ACCOUNT = 'system:serviceaccount:openshift-gitops:openshift-gitops-argocd-application-controller';

async function lineOf(entry: LogEntry, columns: number): Promise<string> {
  return (await printed(logText(logOf(entry), { ...FORM, columns }))).split('\n')[0] ?? '';
}

test('a long manager is shown as a whole where there is room for it', async () => {
  const when = '2026-11-01 14:02:11';
  const object = 'shop/configmaps/web  spec.replicas: 3 → 5';
  assert.equal(
    await lineOf(changeBy('web', ['kubectl-edit'], TIME), 100),
    `${when} kubectl-edit              ~ ${object}`,
  );
  assert.equal(
    await lineOf(changeBy('web', [LONG_MANAGER], TIME), 100),
    `${when} ${LONG_MANAGER} ~ ${object}`,
  );
  assert.equal(await lineOf(changeBy('web', [ACCOUNT], TIME), 160), `${when} ${ACCOUNT} ~ ${object}`);
  assert.equal(
    await lineOf(changeBy('web', [ACCOUNT], TIME), 100),
    `${when} system:serviceacco…cation-controller ~ ${object}`,
  );
  assert.equal(
    await lineOf(changeBy('web', ['horizontal-pod-autoscaler'], null), 140),
    `between 2026-11-01 00:15 and 2026-11-02 00:15 ~ shop/configmaps/web by horizontal-pod-autoscaler (scale)  spec.replicas: 3 → 5`,
  );
});

test('two managers are both named, more are counted', async () => {
  assert.match(await lineOf(changeBy('web', ['team-b', 'team-a'], TIME), 100), / team-b, team-a +~ /);
  assert.match(await lineOf(changeBy('web', ['c', 'b', 'a', 'z'], TIME), 100), / c, b and 2 more +~ /);
});

test('no line is wider than the terminal, however long its parts are', async () => {
  const name = 'a-name-that-is-as-long-as-names-of-operators-can-be';
  for (const columns of [60, 72, 80, 100, 120, 160, 300])
    for (const time of [TIME, null])
      for (const managers of [[], ['kubectl'], [LONG_MANAGER], [ACCOUNT], [ACCOUNT, LONG_MANAGER]])
        for (const object of ['x', 'web', name, name.repeat(4)]) {
          const line = await lineOf(changeBy(object, managers, time), columns);
          assert.ok([...line].length <= columns, `${columns}: ${line}`);
        }
});

const LIMITED = [entryOf('one'), 'limit', entryOf('two'), 'limit', entryOf('three')] as const;

test('closing lines are wrapped between words', async () => {
  const reason =
    'it has no manifest.json, and is therefore not an archive of this program, whatever its name says';
  const unread = [{ archive: { name: 'openshift-backup202611030015.zip', time: TIME }, reason }];
  const text = await printed(logText({ ...logOf(entryOf('web')), unread }, { ...FORM, columns: 60 }));
  const lines = text.slice(text.indexOf('not read')).trimEnd().split('\n');
  assert.equal(
    lines.map((line) => line.trim()).join(' '),
    `not read: openshift-backup202611030015.zip (${reason})`,
  );
  assert.ok(lines.length > 1 && lines.every((line) => line.length <= 60), text);
  assert.ok(
    lines.slice(1).every((line) => /^ {2}\S/.test(line)),
    text,
  );
});

test('text says once from where on the order may be wrong', async () => {
  const lines = (await printed(logText(logOf(...LIMITED), FORM))).split('\n');
  assert.match(lines[1] ?? '', /^too many changes to sort: from here on, /);
  assert.equal(lines.filter((line) => line.includes('too many')).length, 1);
  assert.ok(lines.some((line) => line.endsWith('shop/configmaps/three')));
});

test('a Markdown table says so after its rows', async () => {
  const text = await printed(logMarkdown(logOf(...LIMITED), FORM));
  assert.match(
    text,
    /three` \| {2}\|\n\n\*\*3 changes.*\*\*\n\ntoo many changes to sort: they may not be in order/,
  );
  assert.doesNotMatch(await printed(logMarkdown(logOf(entryOf('one')), FORM)), /too many/);
});

test('JSON says so in its notes, and not that changes are not grouped, which they never are', async () => {
  const notesOf = async (...entries: Parameters<typeof logOf>) =>
    JSON.parse(await printed(logJson(logOf(...entries)))).notes;
  assert.deepEqual(await notesOf(...LIMITED), ['too many changes to sort: they may not be in order']);
  assert.deepEqual(await notesOf(entryOf('one')), []);
});

test('a page says so above its changes', async () => {
  const facts = { zone: 'UTC', options: [], archives: [], showsSecrets: false, tool: '', rows: [] };
  const pageOf = (...entries: Parameters<typeof logOf>) =>
    printed(
      logPage({ ...logOf(...entries), archives: NIGHTS }, { ...facts, uncopied: null, typeName: String }),
    );
  assert.equal(
    (await pageOf(...LIMITED)).split('too many changes to sort: they may not be in order').length,
    2,
  );
  assert.doesNotMatch(await pageOf(entryOf('one')), /too many changes to sort/);
});

test('however many fields changed, and however little room there is, a line of paths is found', () => {
  const changes = (count: number) =>
    Array.from({ length: count }, (_, at): Change => {
      const path = [{ kind: 'key', key: `field-${at}` }] as const;
      return { kind: 'added', path, at: null, value: null };
    });
  for (let count = 1; count < 40; count += 1)
    for (let room = 10; room < 60; room += 1) {
      const text = pathsText(changes(count), room);
      assert.ok(text.length <= Math.max(room, 24), `${count} in ${room}: ${text}`);
    }
  assert.equal(pathsText(changes(4), 30), 'field-0, field-1 and 2 more');
  assert.equal(pathsText(changes(1000), 30), 'field-0, field-1 and 998 more');
});
