import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { runCli, Volume } from '../cluster/run-cli.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { definition } from '../support/definition.ts';
import { expectedOf, itemsOf } from './expected.ts';
import { configData, freeMembers } from './generated.ts';
import { Unpacked } from './unpacked.ts';

const PROJECT = 'odd-ones';
const COUNT = 300;
/** A failure tells its seed; with FIDELITY_SEED it comes again. */
const seed = Number(process.env.FIDELITY_SEED ?? Date.now() % 2 ** 31);

const NOTES = definition('notes.example.com', 'Note');

let control: ControlPlane;
let archive: Unpacked;
const volume = new Volume();

before(async () => {
  control = await startControlPlane();
  await control.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: PROJECT } }, NOTES]);
  await Promise.all([
    create('/apis/example.com/v1', 'notes', fc.sample(freeMembers, { seed, numRuns: COUNT }).map(note)),
    create('/api/v1', 'configmaps', fc.sample(configData, { seed, numRuns: COUNT }).map(configMap)),
  ]);
  const run = await runCli(['--volume', volume.path, '--kubeconfig', control.kubeconfig]);
  assert.equal(run.status, 0, run.stderr);
  archive = await Unpacked.from(volume.latest().path);
});

after(async () => {
  archive?.[Symbol.dispose]();
  volume[Symbol.dispose]();
  await control.stop();
});

function note(members: string, index: number): string {
  return `{"apiVersion":"example.com/v1","kind":"Note","metadata":{"name":"note-${index}"},${members}}`;
}

function configMap(content: object, index: number): string {
  const labels = { '1': 'numbers', a: '', 'a.b/c': 'x' };
  return JSON.stringify({ metadata: { name: `config-${index}`, labels }, ...content });
}

async function create(root: string, plural: string, objects: readonly string[]): Promise<void> {
  const path = `${root}/namespaces/${PROJECT}/${plural}?fieldValidation=Ignore`;
  const queue = objects.values();
  const worker = async () => {
    for (const object of queue) await control.request('POST', path, Buffer.from(object));
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}

async function served(path: string): Promise<string> {
  const answer = await control.admin.answer('GET', path);
  assert.equal(answer.status, 200, answer.text.slice(0, 500));
  return answer.text;
}

/** Compares token by token; a difference is shown with what stands around it. */
function assertSame(found: readonly string[], expected: readonly string[]): void {
  assert.equal(found.length, expected.length, `seed ${seed}`);
  for (const [index, object] of expected.entries()) {
    const other = found[index] ?? '';
    if (other === object) continue;
    let at = 0;
    while (other[at] === object[at]) at += 1;
    const around = (text: string) => text.slice(Math.max(0, at - 80), at + 80);
    assert.fail(`seed ${seed}, item ${index}:\narchive: ${around(other)}\nserver:  ${around(object)}`);
  }
}

for (const { plural, file, root, apiVersion, kind } of [
  {
    plural: 'notes',
    file: 'notes.example.com',
    root: '/apis/example.com/v1',
    apiVersion: 'example.com/v1',
    kind: 'Note',
  },
  { plural: 'configmaps', file: 'configmaps', root: '/api/v1', apiVersion: 'v1', kind: 'ConfigMap' },
]) {
  test(`${COUNT} ${plural} are archived as the server has them, token by token`, async () => {
    const listed = await served(`${root}/namespaces/${PROJECT}/${plural}`);
    const expected = expectedOf(listed, apiVersion, kind);
    assert.ok(expected.length >= COUNT);
    assertSame(
      itemsOf(archive.text(`${PROJECT}/${file}.json`)),
      expected.map(({ object }) => object),
    );
    const states = expected.flatMap(({ status }) => (status === null ? [] : [status]));
    if (states.length > 0) assertSame(itemsOf(archive.text(`${PROJECT}/_status/${file}.json`)), states);
    else assert.ok(!archive.names.includes(`${PROJECT}/_status/${file}.json`));
  });
}

test('what went in was odd enough: the server kept numbers, keys and depths that JavaScript loses', async () => {
  const listed = await served(`/apis/example.com/v1/namespaces/${PROJECT}/notes`);
  const text = archive.text(`${PROJECT}/notes.example.com.json`);
  for (const odd of [
    '9223372036854775807',
    '9007199254740993',
    '"__proto__":',
    '"constructor":',
    '😀',
    '\\u2028',
  ]) {
    assert.ok(listed.includes(odd), `the server has no ${odd}; seed ${seed}`);
    assert.ok(text.includes(odd), `the archive has no ${odd}; seed ${seed}`);
  }
  assert.notEqual(JSON.stringify(JSON.parse(text), null, 2), text.trimEnd());
});
