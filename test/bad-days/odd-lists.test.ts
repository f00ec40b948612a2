import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { localArchive } from '../../src/archive/reading/archive-file.ts';
import { verifyArchive } from '../../src/archive/reading/verify.ts';
import { runCli, Volume, type ZipFile } from '../cluster/run-cli.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { type Answer, type OddApi, sendJson, startOddApi } from '../support/odd-api.ts';
import { type Ended, endedSoon, start } from './run.ts';

// Whatever a list brings, it costs its own type, at once, and the reason is not looked for in networks.

const GROUP = 'odd.example.com';

interface Listed {
  readonly items?: unknown;
  readonly continue?: string;
  readonly kind?: string;
  readonly apiVersion?: string;
}

function list({ items = [], continue: page = '', kind = 'OddList', apiVersion = `${GROUP}/v1` }: Listed) {
  return { kind, apiVersion, metadata: { resourceVersion: '7', continue: page }, items };
}

const odd = (name: string, more = {}) => ({ metadata: { name, namespace: 'default' }, ...more });
const always =
  (body: unknown): Answer =>
  (_, response) =>
    sendJson(response, body);

const WITHOUT_DRIPS = ['--exclude-resource', `drip*.${GROUP}`];

let counter = 0;
const next = () => String(counter++);

interface Row {
  readonly type: string;
  readonly answer: Answer;
  /** Behind `GET PATH: `. */
  readonly reason: RegExp;
  /** How often it may be asked for; 1 where a second time can bring nothing else. */
  readonly asked?: number;
}

const ROWS: readonly Row[] = [
  {
    type: 'samepages',
    answer: always(list({ items: [odd('a')], continue: 'x' })),
    reason: /it holds the same object twice: default\/a/,
    asked: 4,
  },
  {
    type: 'firstpages',
    answer: (_, response) => sendJson(response, list({ items: [odd('a'), odd('b')], continue: next() })),
    reason: /it holds the same object twice: default\/a/,
    asked: 4,
  },
  {
    type: 'sametokens',
    answer: always(list({ continue: 'x' })),
    reason: /its pages repeat: the server returned the same continue token again/,
    asked: 2,
  },
  {
    type: 'cycles',
    answer: (query, response) => {
      const page = Number(query.get('continue') ?? 0);
      sendJson(response, list({ continue: String(page < 9 ? page + 1 : 3) }));
    },
    reason: /its pages repeat: the server returned the same continue token again/,
    asked: 40,
  },
  {
    type: 'emptypages',
    answer: (_, response) => sendJson(response, list({ continue: next() })),
    reason: /1000 consecutive pages hold no object/,
    asked: 1002,
  },
  {
    type: 'statuses',
    answer: always({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' }),
    reason: /it has no items, so it is not a list but a Status – /,
  },
  {
    type: 'tables',
    answer: always({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', rows: [] }),
    reason: /it has no items, so it is not a list but a Table – /,
  },
  {
    type: 'pagesofweb',
    answer: always('<html>Log in</html>'),
    reason: /invalid JSON: it is not an object, at byte 0/,
  },
  { type: 'texts', answer: always('"text"'), reason: /invalid JSON: it is not an object/ },
  { type: 'numbers', answer: always(list({ items: [1] })), reason: /an item that is not an object/ },
  { type: 'itemsobject', answer: always({ items: {} }), reason: /it has no items, so it is not a list – / },
  { type: 'two', answer: always('{"items":[]}{"items":[]}'), reason: /data after its end/ },
  {
    type: 'control',
    answer: always('{"items":[{"metadata":{"name":"a\n"}}]}'),
    reason: /a control character/,
  },
  {
    type: 'nometadata',
    answer: always(list({ items: [{ spec: {} }] })),
    reason: /an object in it has no metadata/,
  },
  {
    type: 'nonames',
    answer: always(list({ items: [{ metadata: {} }] })),
    reason: /an object in it has no name/,
  },
  {
    type: 'emptynames',
    answer: always(list({ items: [odd('')] })),
    reason: /an object in it has an empty name/,
  },
  {
    type: 'nonamespaces',
    answer: always(list({ items: [{ metadata: { name: 'quota' } }] })),
    reason: /an object in it has no namespace/,
  },
  {
    type: 'badprojects',
    answer: always(list({ items: [{ metadata: { name: 'a', namespace: '../etc' } }] })),
    reason: /"\.\.\/etc" is not a valid project name/,
  },
  {
    type: 'longprojects',
    answer: always(list({ items: [{ metadata: { name: 'a', namespace: 'x'.repeat(300_000) } }] })),
    reason: /"x{100}…" is not a valid project name/,
  },
  {
    type: 'otherkinds',
    answer: always(list({ items: [odd('a', { kind: 'Secret', data: {} })] })),
    reason: /an object in it is a Secret, not a Odd/,
  },
  {
    type: 'othergroups',
    answer: always(list({ items: [odd('a', { kind: 'Odd', apiVersion: 'v1' })] })),
    reason: /an object in it has apiVersion v1, not odd\.example\.com\/v1/,
  },
  {
    type: 'strangekinds',
    answer: always(list({ items: [odd('a', { kind: { a: 1 } })] })),
    reason: /an object in it has a kind that is not a string/,
  },
  {
    type: 'otherlists',
    answer: always(list({ items: [odd('a')], kind: 'SecretList', apiVersion: 'v1' })),
    reason: /it is a SecretList, and its objects have no apiVersion or kind/,
  },
  {
    type: 'twins',
    answer: always(list({ items: [odd('x'.repeat(300_000)), odd('x'.repeat(300_000))] })),
    reason: /it holds the same object twice: default\/x{92}…/,
    asked: 2,
  },
  {
    type: 'compressed',
    answer: (_, response) => {
      // The API server itself unpacks gzip, and passes other codings on.
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'deflate' });
      response.end(deflateSync(JSON.stringify(list({}))));
    },
    reason: /the response is compressed \(deflate\), although the request did not accept that/,
  },
];

const GOOD: Readonly<Record<string, Answer>> = {
  // Lists leave both to their head; of others a converter may be missing.
  bare: always(list({ items: [odd('a'), odd('b')] })),
  nullkinds: always(list({ items: [odd('a', { kind: null, apiVersion: '' })] })),
  generic: always(list({ items: [odd('a')], kind: 'List', apiVersion: 'v1' })),
  versions: always(list({ items: [odd('a', { kind: 'Odd', apiVersion: `${GROUP}/v1beta1` })] })),
  filteredpages: (query, response) => {
    const page = Number(query.get('continue') ?? 0);
    const items = page === 20 ? [odd('a')] : [];
    sendJson(response, list({ items, ...(page < 40 ? { continue: String(page + 1) } : {}) }));
  },
};

/** A byte at a time, and never the last. */
const drips: Answer = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"items":[');
  const timer = setInterval(() => response.write(' '), 100);
  response.on('close', () => clearInterval(timer));
};
/** The same of an error. */
const dripsAnError: Answer = (_, response) => {
  response.writeHead(418, { 'content-type': 'text/plain' });
  const timer = setInterval(() => response.write('x'), 100);
  response.on('close', () => clearInterval(timer));
};

let control: ControlPlane;
let api: OddApi;
let run: Ended;
let archive: ZipFile;
const volume = new Volume();
before(async () => {
  control = await startControlPlane();
  const answers = Object.fromEntries(ROWS.map(({ type, answer }) => [type, answer]));
  api = await startOddApi(control, GROUP, { ...answers, ...GOOD, drips, drippingerrors: dripsAnError });
  const words = ['--volume', volume.path, '--kubeconfig', control.kubeconfig, ...WITHOUT_DRIPS];
  run = await endedSoon(start([...words, '--retry-for', '900']));
  archive = volume.latest();
});
after(async () => {
  volume[Symbol.dispose]();
  await api?.close();
  await control.stop();
});

suite('a type fails at once, for what is wrong with its list', () => {
  for (const { type, reason, asked = 1 } of ROWS)
    test(type, () => {
      const row = archive.type(`${type}.${GROUP}`);
      assert.equal(row.outcome, 'failed');
      const said = row.reason ?? '';
      assert(said.startsWith(`GET /apis/${GROUP}/v1/${type}`), said);
      assert.match(said, reason);
      assert.match(
        said,
        / – the API behind this path sends responses that no API server would send: .*--exclude-resource$/,
      );
      assert.doesNotMatch(said, /cannot be reached|network/);
      assert(said.length < 800, `${said.length} characters`);
      assert((api.asked.get(type) ?? 0) <= asked, `asked for ${api.asked.get(type)} times`);
      assert(!archive.names.some((name) => name.includes(`/${type}.`)), 'nothing of it is in the archive');
    });
});

test('what is unusual and right is archived', () => {
  for (const type of Object.keys(GOOD)) {
    const { outcome, reason } = archive.type(`${type}.${GROUP}`);
    assert.deepEqual([outcome, reason], ['exported', null], type);
  }
  const [item] = archive.items(`default/versions.${GROUP}.json`);
  assert.deepEqual(item, { apiVersion: `${GROUP}/v1beta1`, kind: 'Odd', metadata: odd('a').metadata });
});

test('the archive has everything else, and nothing is waited for', async () => {
  assert.equal(run.status, 3, run.stderr);
  const failed = archive.manifest.resourceTypes.filter(({ outcome }) => outcome === 'failed');
  assert.deepEqual(failed.map(({ name }) => name).sort(), ROWS.map(({ type }) => `${type}.${GROUP}`).sort());
  assert(archive.names.includes('clusterroles.rbac.authorization.k8s.io.json'));
  assert.equal((await verifyArchive(localArchive(archive.path))).verdict, 'incomplete');
});

test('an answer that drips is not waited for without end', async () => {
  using dripped = new Volume();
  const words = ['--volume', dripped.path, '--kubeconfig', control.kubeconfig];
  const scope = ['--resource', `configmaps,drips.${GROUP},drippingerrors.${GROUP}`];
  const patience = ['--request-timeout', '1', '--retry-for', '1'];
  const { status, stderr } = await runCli([...words, ...scope, ...patience]);
  assert.equal(status, 3, stderr);
  const latest = dripped.latest();
  assert.match(
    latest.type(`drips.${GROUP}`).reason ?? '',
    /: the response is too slow: \d+ bytes in \d s – /,
  );
  assert.match(latest.type(`drippingerrors.${GROUP}`).reason ?? '', /: 418 x+$/);
  assert.equal(latest.type('configmaps').outcome, 'exported');
});

test('diff against the live cluster takes them as the backup did', async () => {
  const words = ['diff', 'latest', 'live', '--volume', volume.path, '--kubeconfig', control.kubeconfig];
  const { status, stdout, stderr } = await runCli([...words, ...WITHOUT_DRIPS]);
  assert.equal(status, 0, stdout + stderr);
});
