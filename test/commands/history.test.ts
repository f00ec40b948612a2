import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { history } from '../../src/commands/history.ts';
import { listJson, sampleEntries, sampleManifest, temporaryFolder } from '../archive/sample.ts';
import { makeZip } from '../archive/zip-maker.ts';
import { type Files, object, row, writeArchive } from '../comparison/archives.ts';
import { contextOf } from './context.ts';

const now = new Date('2026-11-21T12:00:00Z');

type More = NonNullable<Parameters<typeof writeArchive>[3]>;
type Night = Files | readonly [Files, More] | 'damaged';

const deployment = (image: string, annotations?: Readonly<Record<string, string>>) =>
  object(
    'Deployment',
    'web',
    { spec: { replicas: 2, image } },
    annotations === undefined ? {} : { annotations },
  );
const shop = (...items: string[]): Files => ({
  'shop/configmaps.json': [object('ConfigMap', 'other', { data: {} })],
  ...(items.length === 0 ? {} : { 'shop/deployments.apps.json': items }),
});
/** Types are told also where there is none of them. */
const TYPES = ['configmaps', 'secrets', 'deployments.apps', 'persistentvolumeclaims'].map((name) =>
  row(name),
);
const CLUSTER_TYPES = ['namespaces', 'nodes'].map((name) => row(name, { namespaced: false }));
const ALL: More = { resourceTypes: [...TYPES, ...CLUSTER_TYPES] };

function fileOf(at: number): string {
  return `openshift-backup202611${String(at + 1).padStart(2, '0')}0015.zip`;
}

/** A volume with an archive for each night of November. */
function volumeOf(t: TestContext, nights: readonly Night[]): string {
  const volume = temporaryFolder(t);
  for (const [at, night] of nights.entries()) {
    if (night === 'damaged') writeFileSync(join(volume, fileOf(at)), 'no zip');
    else {
      const [files, more] = isPair(night) ? night : [night, {}];
      const startedAt = `2026-11-${String(at + 1).padStart(2, '0')}T00:15:03.000Z`;
      writeArchive(volume, fileOf(at), files, { ...ALL, startedAt, ...more });
    }
  }
  return volume;
}

function isPair(night: Night): night is readonly [Files, More] {
  return Array.isArray(night);
}

async function told(t: TestContext, nights: readonly Night[], ...words: string[]): Promise<string> {
  return await run(volumeOf(t, nights), ...words);
}

async function run(volume: string, ...words: string[]): Promise<string> {
  const { context, text } = contextOf(['history', '--volume', volume, ...words], { now });
  assert.equal(await history(context), 'done');
  return text();
}

/** `event version archives [changes]`, the newest first. */
async function events(...[t, nights, ...words]: Parameters<typeof told>): Promise<string[]> {
  return eventsOf(await told(t, nights, '-o', 'json', ...words));
}

function eventsOf(json: string): string[] {
  return JSON.parse(json).events.map(
    ({ event, version, archives, changes }: Record<'event' | 'version' | 'archives' | 'changes', unknown>) =>
      `${event} ${version ?? '-'} ${days(archives)} [${paths(changes)}]`,
  );
}

function days(archives: unknown): string {
  return [...JSON.stringify(archives).matchAll(/202611(\d\d)0015/g)].map(([, day]) => Number(day)).join();
}

function paths(changes: unknown): string {
  return [...JSON.stringify(changes).matchAll(/"path":"([^"]*)"/g)].map(([, path]) => path).join();
}

const WEB = 'shop/deployments.apps/web';
/** Created, changed, not readable, changed back, deleted, created again. */
const FULL: readonly Night[] = [
  shop(),
  shop(deployment('a')),
  shop(deployment('a', { 'deployment.kubernetes.io/revision': '2' })),
  shop(deployment('b')),
  'damaged',
  [
    shop(),
    {
      resourceTypes: [
        ...TYPES.filter(({ name }) => !name.includes('apps')),
        row('deployments.apps', { outcome: 'denied', reason: 'needs list' }),
      ],
    },
  ],
  [
    shop(),
    {
      resourceTypes: [
        ...TYPES.filter(({ name }) => !name.includes('apps')),
        row('deployments.apps', { outcome: 'denied', reason: 'needs list' }),
      ],
    },
  ],
  shop(deployment('a')),
  shop(),
  shop(),
  shop(deployment('c')),
];

const GOLDEN: ReadonlyArray<readonly [form: string, file: string]> = [
  ['text', 'history.txt'],
  ['json', 'history.json'],
  ['markdown', 'history.md'],
];

for (const [form, file] of GOLDEN) {
  test(`a whole history as ${form}`, async (t) => {
    const path = join(import.meta.dirname, 'golden', file);
    const text = await told(t, FULL, WEB, '-o', form);
    if (process.env.GOLDEN === 'write') writeFileSync(path, text);
    assert.equal(text, readFileSync(path, 'utf8'));
  });
}

test('colours stand on a terminal alone, and not where NO_COLOR is set', async (t) => {
  const volume = volumeOf(t, FULL);
  const words = ['history', WEB, '--volume', volume];
  const terminal = contextOf(words, { now, columns: 80 });
  await history(terminal.context);
  assert.ok(terminal.text().includes('\u001b[33m~ back to version 1'));
  const plain = contextOf(words, { now, columns: 80 });
  await history({ ...plain.context, environment: { NO_COLOR: '1' } });
  assert.equal(plain.text(), readFileSync(join(import.meta.dirname, 'golden', 'history.txt'), 'utf8'));
});

test('types may be named as for kubectl', async (t) => {
  const volume = volumeOf(t, FULL);
  const full = await run(volume, WEB);
  for (const type of ['deploy', 'deployment', 'Deployments', 'deploy.apps']) {
    assert.equal(await run(volume, `shop/${type}/web`), full);
  }
});

test('of several types of a name it is the one that the project has', async (t) => {
  const resourceTypes = [...TYPES, row('deployments.example.com', { apiVersion: 'example.com/v1' })];
  const files = { 'web/deployments.example.com.json': [object('Deployment', 'x')], ...shop(deployment('a')) };
  assert.match(
    await told(t, [[files, { resourceTypes }]], 'web/deployments/x'),
    /^web\/deployments\.example\.com\/x /,
  );
  const both = { ...files, 'shop/deployments.example.com.json': [object('Deployment', 'x')] };
  await assert.rejects(told(t, [[both, { resourceTypes }]], 'shop/deployments/web'), {
    message: 'deployments matches several types in shop: deployments.apps, deployments.example.com',
    ending: 'usage',
  });
});

test('cluster-scoped objects stand under _cluster', async (t) => {
  const nodes = (more: object) => ({ 'nodes.json': [object('Node', 'n1', { spec: more })] });
  assert.deepEqual(await events(t, [nodes({}), nodes({ unschedulable: true })], '_cluster/no/n1'), [
    'changed 2 2 [spec.unschedulable]',
    'first 1 1 []',
  ]);
});

test('a backup of some projects does not tell of the Namespace objects of others', async (t) => {
  const all = { 'namespaces.json': [object('Namespace', 'shop'), object('Namespace', 'web')] };
  const some: Night = [
    { 'namespaces.json': [object('Namespace', 'web')] },
    { options: { project: ['web'] } },
  ];
  assert.deepEqual(await events(t, [all, some, all], '_cluster/ns/shop'), ['first 1 1,3 []']);
});

test('the newest archive that tells of a type tells its kind', async (t) => {
  const as = (kind: string): Night => [
    shop(deployment('a')),
    { resourceTypes: [row('deployments.apps', { kind })] },
  ];
  assert.match(await told(t, [as('Older'), as('Newer')], WEB), /^shop\/deployments\.apps\/web \(Newer\): /);
});

test('the page is one HTML file that holds the same events', async (t) => {
  const page = await told(t, FULL, WEB, '-o', 'html');
  assert.match(page, /^<!doctype html>\n/);
  assert.match(page, /<\/html>\n$/);
  for (const words of ['version 3: created again', 'deleted between', 'back to version 1', 'needs list']) {
    assert.ok(page.includes(words), words);
  }
});

test('what changes by itself makes no version, unless it is asked for', async (t) => {
  const revision = (value: string) => deployment('a', { 'deployment.kubernetes.io/revision': value });
  const nights = [shop(revision('1')), shop(revision('2')), shop(revision('3'))];
  assert.deepEqual(await events(t, nights, WEB), ['first 1 1,2,3 []']);
  const path = 'metadata.annotations[\\"deployment.kubernetes.io/revision\\"]';
  assert.deepEqual(
    (await events(t, nights, WEB, '--include-noise')).map((each) => each.replaceAll(/\[.*/g, '')),
    ['changed 3 3 ', 'changed 2 2 ', 'first 1 1 '],
  );
  assert.match(
    await told(t, nights, WEB, '--include-noise', '-o', 'json'),
    new RegExp(path.replaceAll(/[[\]\\.]/g, '\\$&')),
  );
});

test('another white space or order of keys is the same version', async (t) => {
  const other = `{"kind":"Deployment","apiVersion":"v1","spec":{"image":"a","replicas":2},"metadata":{"name":"web"}}`;
  assert.deepEqual(await events(t, [shop(deployment('a')), shop(other)], WEB), ['first 1 1,2 []']);
});

test('another object of the same file does not matter', async (t) => {
  const nights = [
    shop(deployment('a')),
    shop(object('Deployment', 'api'), deployment('a'), object('Deployment', 'web2')),
  ];
  assert.deepEqual(await events(t, nights, WEB), ['first 1 1,2 []']);
});

test('a name that stands elsewhere in an object is not its name', async (t) => {
  const liar = object('Deployment', 'api', { spec: { name: 'web' } });
  assert.deepEqual(await events(t, [shop(liar), shop(liar, deployment('a'))], WEB), ['created 1 2 []']);
});

test('names with characters that JSON escapes are found', async (t) => {
  const escaped = object('Deployment', 'a<b').replace('<', '\\u003c');
  assert.deepEqual(await events(t, [shop(escaped)], 'shop/deploy/a<b'), ['first 1 1 []']);
});

test('the status counts only where it is asked for', async (t) => {
  const night = (replicas: number): Files => ({
    ...shop(deployment('a')),
    'shop/_status/deployments.apps.json': [object('Deployment', 'web', { status: { replicas } })],
  });
  const nights: readonly Night[] = [
    night(1),
    night(2),
    [shop(deployment('a')), { options: { 'no-status': true } }],
  ];
  assert.deepEqual(await events(t, nights, WEB), ['first 1 1,2,3 []']);
  assert.deepEqual(await events(t, nights, WEB, '--status'), [
    'changed 2 2 [status.replicas]',
    'first 1 1 []',
  ]);
  assert.match(
    await told(t, nights, WEB, '--status'),
    /\? 1 archive: openshift-backup202611030015\.zip \(made with --no-status\)\n$/,
  );
});

test('claims are followed with their binding', async (t) => {
  const night = (volumeName: string): Files => ({
    'shop/persistentvolumeclaims.json': [object('PersistentVolumeClaim', 'data', { spec: {} })],
    'shop/_bound/persistentvolumeclaims.json': [
      object('PersistentVolumeClaim', 'data', { spec: { volumeName } }),
    ],
  });
  assert.deepEqual(await events(t, [night('pv1'), night('pv2')], 'shop/pvc/data'), [
    'changed 2 2 [spec.volumeName]',
    'first 1 1 []',
  ]);
});

test('values of Secrets are masked, but told apart', async (t) => {
  const night = (password: string): Files => ({
    'shop/secrets.json': [object('Secret', 'key', { data: { password } })],
  });
  const nights = [night('aHVudGVyMQ=='), night('aHVudGVyMg=='), night('aHVudGVyMQ==')];
  for (const form of ['text', 'json', 'markdown']) {
    const text = await told(t, nights, 'shop/secrets/key', '-o', form);
    assert.doesNotMatch(text, /aHVudGVy/);
    assert.match(text, /\*\*\* \(changed\)/);
  }
  assert.match(
    await told(t, nights, 'shop/secrets/key'),
    /back to version 1 \(as in openshift-backup202611010015\.zip\): /,
  );
  assert.match(
    await told(t, nights, 'shop/secret/key', '--show-secrets'),
    /~ data\.password: "aHVudGVyMg==" → "aHVudGVyMQ=="/,
  );
});

test('--since begins with how things were', async (t) => {
  const nights = ['a', 'b', 'b', 'c', 'c'].map((image) => shop(deployment(image)));
  const whole = ['changed 3 4,5 [spec.image]', 'changed 2 2,3 [spec.image]', 'first 1 1 []'];
  assert.deepEqual(await events(t, nights, WEB), whole);
  assert.deepEqual(await events(t, nights, WEB, '--since', '20261104'), [
    'changed 2 4,5 [spec.image]',
    'first 1 3 []',
  ]);
  assert.deepEqual(await events(t, nights, WEB, '--since', '2026-11-05'), ['first 1 4,5 []']);
  assert.deepEqual(await events(t, nights, WEB, '--since', '18d'), [
    'changed 2 4,5 [spec.image]',
    'first 1 3 []',
  ]);
  assert.deepEqual(await events(t, nights, WEB, '--since', '2025-01-01'), whole);
  assert.deepEqual(await events(t, nights, WEB, '--since', '1h'), ['first 1 5 []']);
  const gap: readonly Night[] = [shop(deployment('a')), 'damaged', shop(deployment('b'))];
  assert.deepEqual(await events(t, gap, WEB, '--since', '20261103'), [
    'changed 2 3 [spec.image]',
    'first 1 1 []',
  ]);
});

test('a type that was left out, and a project, are gaps', async (t) => {
  const without = (outcome: 'failed' | 'excluded') => [
    ...TYPES.filter(({ name }) => name !== 'deployments.apps'),
    row('deployments.apps', { outcome, reason: `by ${outcome}` }),
  ];
  const nights: readonly Night[] = [
    shop(deployment('a')),
    [shop(), { resourceTypes: without('failed'), complete: false }],
    [shop(), { resourceTypes: without('excluded') }],
    [{}, { options: { project: ['web'] } }],
    [shop(), { options: { selector: 'app=db' } }],
    // Incomplete, but not in what is asked for.
    [shop(deployment('a')), { ...ALL, complete: false }],
  ];
  assert.deepEqual(await events(t, nights, WEB), ['first 1 1,6 []']);
  assert.match(
    await told(t, nights, WEB),
    /\nunknown in\n.*05\d{4}\.zip \(left out by --selector\)\n.*\(left out by --project or --exclude-project\)\n.*\(deployments\.apps excluded: by excluded\)\n.*\(deployments\.apps failed: by failed\)\n$/s,
  );
});

test('archives that cannot be read are gaps', async (t) => {
  const volume = volumeOf(t, [
    shop(deployment('a')),
    shop(deployment('a')),
    shop(deployment('a')),
    shop(deployment('b')),
  ]);
  const broken = new Map([['shop/deployments.apps.json', listJson(['{"metadata":{"name":"web"}'])]]);
  const manifest = { ...sampleManifest(broken), ...ALL };
  writeFileSync(join(volume, fileOf(1)), makeZip(sampleEntries(broken, manifest)));
  const entries = sampleEntries(
    new Map([['shop/deployments.apps.json', listJson([deployment('x')])]]),
    manifest,
  );
  const wrong = entries.map((entry) => (entry.name.startsWith('shop') ? { ...entry, crc: 1 } : entry));
  writeFileSync(join(volume, fileOf(2)), makeZip(wrong));
  const text = await run(volume, WEB);
  assert.match(text, /: 2 versions in 2 of 4 archives\n/);
  assert.match(
    text,
    /\? 1 archive: \S+03\d+\.zip \(damaged: entry shop\/deployments\.apps\.json at offset \d+: CRC-32 is /,
  );
  assert.match(
    text,
    /\? 1 archive: \S+02\d+\.zip \(damaged: shop\/deployments\.apps\.json: an object is not valid JSON/,
  );
  const lost = entries.filter(({ name }) => !name.startsWith('shop'));
  writeFileSync(join(volume, fileOf(2)), makeZip(lost));
  assert.match(
    await run(volume, WEB),
    /\(damaged: shop\/deployments\.apps\.json is in SHA256SUMS, but not in the archive\)/,
  );
});

test('archives of two clusters are told', async (t) => {
  const on = (uid: string): Night => [
    shop(deployment('a')),
    {
      cluster: { server: `https://${uid}`, version: 'v1', uid },
      options: uid === 'two' ? { filter: '.' } : {},
    },
  ];
  assert.match(
    await told(t, [on('one'), on('two')], WEB),
    /\nnote: these archives are of several clusters: https:\/\/two, https:\/\/one\nnote: made with different --filter programs/,
  );
});

test('control characters do not reach the terminal', async (t) => {
  const nights = [
    shop(object('Deployment', 'web', { spec: 'a\u001b[2Jb' })),
    shop(object('\u001b[2JKind', 'web')),
  ];
  for (const form of ['text', 'json', 'markdown']) {
    assert.doesNotMatch(await told(t, nights, WEB, '-o', form), /(?!\n)\p{Cc}/u);
  }
});

const MISTAKES: ReadonlyArray<readonly [words: readonly string[], message: RegExp]> = [
  [[], /^history needs an object$/],
  [['shop'], /^invalid argument for history: shop$/],
  [['shop/deploy'], /^invalid argument for history: shop\/deploy$/],
  [['shop/deploy/web', 'x'], /invalid argument for history: shop\/deploy\/web x$/],
  [['shop/_status/deploy/web'], /^history cannot show _status alone$/],
  [['shop/deploy/wbe'], /^none of 2 archives has shop\/deployments\.apps\/wbe; did you mean web\?$/],
  [['shop/deploy/other'], /^none of 2 archives has shop\/deployments\.apps\/other$/],
  [['shop/pvc/data'], /^none of 2 archives has shop\/persistentvolumeclaims\/data, nor any other persist/],
  [
    ['shp/deploy/web'],
    /^none of 2 archives has shp\/deployments\.apps\/web, nor a project shp; did you mean shop\?$/,
  ],
  [['shop/deplyo/web'], /^no archive has a resource type deplyo$/],
  [['shop/nodes/n1'], /^nodes are cluster-scoped$/],
  [['_cluster/cm/x'], /^configmaps stand in projects$/],
];

for (const [words, message] of MISTAKES) {
  test(`history ${words.join(' ')} says what is wrong`, async (t) => {
    const nights = [shop(deployment('a')), shop(deployment('a'))];
    await assert.rejects(told(t, nights, ...words), { name: 'Failure', message, ending: 'usage' });
  });
}

test('where no archive can tell, the reason is told', async (t) => {
  await assert.rejects(told(t, [], WEB), {
    message: /^no archives named openshift-backup… in .* yet$/,
    ending: 'usage',
  });
  await assert.rejects(told(t, ['damaged', 'damaged'], WEB), {
    message: /^no archive can be read; openshift-backup202611020015\.zip is damaged: .*, and 1 more$/,
    ending: 'failed',
  });
  const resourceTypes = [row('deployments.apps', { outcome: 'denied', reason: 'needs list' })];
  await assert.rejects(told(t, [[{}, { resourceTypes }], 'damaged'], WEB), {
    message:
      /^no archive covers shop\/deployments\.apps\/web; 2 archives may have it \(openshift-backup20261102.*: damaged: /,
    ending: 'failed',
  });
});

test('an archive that may not be read is a gap', { skip: process.getuid?.() === 0 }, async (t) => {
  const volume = volumeOf(t, [shop(deployment('a')), shop(deployment('b'))]);
  chmodSync(join(volume, fileOf(1)), 0);
  assert.match(await run(volume, WEB), /\(unreadable: permission denied \(EACCES\)\)\n$/);
});

test('replicas that an autoscaler chose make no version, those beyond its bounds do', async (t) => {
  const resourceTypes = [row('deployments.apps', { kind: 'Deployment' }), ...CLUSTER_TYPES];
  const scaler = object('HorizontalPodAutoscaler', 'any', {
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, minReplicas: 2, maxReplicas: 9 },
  });
  const scaled = (replicas: number): Night => [
    {
      'shop/deployments.apps.json': [object('Deployment', 'web', { spec: { replicas } })],
      'shop/horizontalpodautoscalers.autoscaling.json': [scaler],
    },
    { resourceTypes },
  ];
  const nights = [3, 7, 0, 5].map(scaled);
  assert.deepEqual(await events(t, nights, WEB), [
    'changed 1 4 [spec.replicas]',
    'changed 2 3 [spec.replicas]',
    'first 1 1,2 []',
  ]);
  const { notes } = JSON.parse(await told(t, nights, WEB, '-o', 'json'));
  assert.match(notes.join(), /^an autoscaler sets the replicas; changes between 2 and 9 are not shown/);
  assert.equal((await events(t, nights, WEB, '--include-noise')).length, 4);
});

test('fields of --ignore make no version', async (t) => {
  const nights = [shop(deployment('a')), shop(deployment('b')), shop()];
  assert.deepEqual(await events(t, nights, WEB, '--ignore', 'deploy:spec.image'), [
    'deleted - 3 []',
    'first 1 1,2 []',
  ]);
});
