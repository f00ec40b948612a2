import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import { localArchive } from '../../src/archive/reading/archive-file.ts';
import { verifyArchive } from '../../src/archive/reading/verify.ts';
import { runCli, Volume, type ZipFile } from '../cluster/run-cli.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { type Answer, type OddApi, sendPieces, startOddApi } from '../support/odd-api.ts';
import { runShipped } from './measured-run.ts';

// What an aggregated API sends, however large, takes the shipped program not near the limit of the chart's job.

const GROUP = 'large.example.com';
const MIB = 1024 * 1024;
/** The chart's limit is 512 MiB for all processes of the pod together; a busy machine collects garbage late. */
const MOST = 480 * MIB;

const head = `{"kind":"OddList","apiVersion":"${GROUP}/v1","metadata":{"resourceVersion":"7"},"items":[`;
const odd = (name: string, spec: string) =>
  `{"metadata":{"name":"${name}","namespace":"default"},"spec":${spec}}`;

/** So many bytes that deflate makes nothing of. */
function noise(bytes: number): string {
  const pieces: string[] = [];
  for (let size = 0, at = 0; size < bytes; size += 88, at += 1)
    pieces.push(createHash('sha512').update(`${at}`).digest('base64'));
  return pieces.join('').slice(0, bytes);
}

const text = (mebibytes: number) => `{"text":"${noise(mebibytes * MIB)}"}`;
/** Takes most where values are made of it, and grows with indentation. */
const dense = (mebibytes: number) => `[${'{},'.repeat((mebibytes * MIB) / 3)}{}]`;
const [BULK, DENSE] = [text(6), dense(6)];
const DEEP = `${'['.repeat(95)}${'0,'.repeat(700_000)}0${']'.repeat(95)}`;

/** A list of objects with these specs, in pieces. */
const listOf =
  (...specs: readonly string[]): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const items = specs.map((spec, index) => `${index === 0 ? '' : ','}${odd(`object-${index}`, spec)}`);
    return sendPieces(response, [head, ...items, ']}']);
  };

function* repeated(piece: string, times: number): Generator<string> {
  for (let i = 0; i < times; i++) yield piece;
}

const SPACE = ' '.repeat(MIB);
const ARCHIVED: Readonly<Record<string, Answer>> = {
  ...Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`bulks${at}`, listOf(BULK, '{}', DENSE)])),
  largest: listOf(text(15), '{}', dense(15)),
  deeps: listOf(DEEP, '{}', DEEP),
  spaces: (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const [a, b] = [odd('a', '{}'), odd('b', '{}')];
    const parts = [
      [...repeated(SPACE, 100), head],
      [a],
      [...repeated(SPACE, 100), ','],
      [b],
      [...repeated(SPACE, 100), ']}'],
    ];
    return sendPieces(response, parts.flat());
  },
};

const FAILED: Readonly<Record<string, { readonly answer: Answer; readonly reason: RegExp }>> = {
  hugeitems: {
    answer: listOf('{}', `{"text":"${'x'.repeat(100 * MIB)}"}`),
    reason: /an object of more than 16777216 bytes/,
  },
  halfhuge: {
    answer: listOf(`{"text":"${'x'.repeat(20 * MIB)}"}`),
    reason: /an object of more than 16777216 bytes/,
  },
  insidespaces: {
    answer: listOf(`{${' '.repeat(100 * MIB)}}`),
    reason: /an object of more than 16777216 bytes/,
  },
  members: {
    answer: (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      return sendPieces(response, [
        '{"metadata":{"continue":"',
        ...repeated('x'.repeat(MIB), 200),
        '"},"items":[]}',
      ]);
    },
    reason: /a member of more than 2097152 bytes/,
  },
  errors: {
    answer: (_, response) => {
      response.writeHead(418, { 'content-type': 'text/plain' });
      return sendPieces(response, ['no tea here ', ...repeated('x'.repeat(MIB), 400)]);
    },
    reason: /: 418 no tea here x+…$/,
  },
  unordered: {
    answer: (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const items = Array.from({ length: 100 }, (__, at) => odd(`o-${100 - at}`, `"${'x'.repeat(MIB)}"`));
      return sendPieces(response, [head, items.join(','), ']}']);
    },
    reason: /its objects are not sorted, and exceed the 64 MiB that can be sorted/,
  },
};

let control: ControlPlane;
let api: OddApi;
let archive: ZipFile;
let peak: number;
const volume = new Volume();
before(async () => {
  control = await startControlPlane();
  const failing = Object.entries(FAILED).map(([type, { answer }]) => [type, answer] as const);
  api = await startOddApi(control, GROUP, { ...ARCHIVED, ...Object.fromEntries(failing) });
  const run = await runShipped(['--volume', volume.path, '--kubeconfig', control.kubeconfig]);
  assert.equal(run.status, 3, run.stderr);
  peak = run.peak;
  archive = volume.latest();
});
after(async () => {
  volume[Symbol.dispose]();
  await api?.close();
  await control.stop();
});

suite('what is larger than any object fails its type', () => {
  for (const [type, { reason }] of Object.entries(FAILED))
    test(type, () => {
      const row = archive.type(`${type}.${GROUP}`);
      assert.equal(row.outcome, 'failed');
      assert.match(row.reason ?? '', reason);
    });
});

suite('what can be archived is archived', () => {
  for (const type of Object.keys(ARCHIVED))
    test(type, () => {
      const { outcome, reason, objects } = archive.type(`${type}.${GROUP}`);
      assert.deepEqual([outcome, reason, objects], ['exported', null, type === 'spaces' ? 2 : 3]);
    });
});

test('the archive can be read back, object by object', async () => {
  const { verdict, problems } = await verifyArchive(localArchive(archive.path));
  assert.equal(verdict, 'incomplete', problems.join('\n'));
  const found = await runCli([
    ...['show', 'latest', `default/deeps.${GROUP}/object-2`, '--volume', volume.path, '-o', 'json'],
  ]);
  assert.equal(found.status, 0, found.stderr);
  assert.deepEqual(JSON.parse(found.stdout).spec, JSON.parse(DEEP));
});

test('memory stays within the limit of the job', (t) => {
  t.diagnostic(`peak ${Math.round(peak / MIB)} MiB`);
  assert(peak < MOST, `${Math.round(peak / MIB)} MiB`);
});
