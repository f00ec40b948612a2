import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Change } from '../../src/changes/change.ts';
import { pathText } from '../../src/changes/path.ts';
import { valueChanges } from '../../src/changes/value-changes.ts';
import { parseValue } from '../../src/json/parse-value.ts';
import { canonical, type Value } from '../../src/json/value.ts';
import { applied, opened } from './apply.ts';

function parsed(json: unknown): Value {
  return parseValue(Buffer.from(typeof json === 'string' ? json : JSON.stringify(json)));
}

function changes(before: unknown, after: unknown): Change[] {
  return [...valueChanges(parsed(before), parsed(after))];
}

/** `kind path`, as a person would list them. */
function told(before: unknown, after: unknown): string[] {
  return changes(before, after).map(({ kind, path }) => `${kind} ${pathText(path)}`);
}

/** A change with its sides exchanged, as text that is the same for the same change. */
function mirrored(change: Change, swap: boolean): string {
  const { path, ...rest } = change;
  const steps = path.map((step) =>
    step.kind === 'index' && swap ? { ...step, before: step.after, after: step.before } : step,
  );
  const facts: Record<string, unknown> = { ...rest, path: JSON.stringify(steps) };
  if ('before' in change) {
    facts.before = canonical(swap ? change.after : change.before);
    facts.after = canonical(swap ? change.before : change.after);
  }
  if ('value' in change) facts.value = canonical(change.value);
  // Positions before are told; which ones these are after follows from them.
  delete facts.moved;
  if (swap && change.kind === 'added') facts.kind = 'removed';
  if (swap && change.kind === 'removed') facts.kind = 'added';
  if (change.kind === 'text') {
    facts.hunks = change.hunks.map(({ lines }) => {
      const flip = (line: string) =>
        line.replace(/^[-+]/, (sign) => (swap ? (sign === '+' ? '-' : '+') : sign));
      return lines.map(flip).sort();
    });
  }
  return JSON.stringify(Object.entries(facts).sort());
}

const name = fc.constantFrom('a', 'b', 'c', 'd');
const scalar = fc.oneof(
  fc.constantFrom(
    null,
    true,
    '',
    'x',
    'one\ntwo\n',
    'one\nthree',
    'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine',
    '{"a":[1,{"name":"x"}],"b":"{\\"c\\":1}"}',
    '{"a":[{"name":"x"},2],"b":"{\\"c\\":2}"}',
    '{ "a": [] }\n',
    '{"broken": ',
  ),
  fc.integer({ min: 0, max: 3 }),
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.dictionary(fc.constantFrom('spec', 'env', 'rules', '__proto__', 'x.y'), tie('tree'), { maxKeys: 4 }),
    fc.array(scalar, { maxLength: 5 }),
    fc.array(fc.record({ name, value: tie('tree') }), { maxLength: 5 }),
    fc.array(tie('tree'), { maxLength: 4 }),
  ),
}));
const object = fc.dictionary(fc.constantFrom('spec', 'containers', 'data', 'rules', '__proto__'), tree, {
  maxKeys: 4,
});

describe('valueChanges', () => {
  it('finds nothing between a value and itself, whatever the order of its keys', () => {
    fc.assert(fc.property(object, (value) => assert.deepEqual(changes(value, value), [])));
    assert.deepEqual(changes('{"a":1,"b":{"c":2,"d":3}}', '{ "b": {"d":3, "c":2}, "a": 1 }'), []);
  });

  it('tells what, applied to the first, gives the second', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        const result = applied(parsed(before), changes(before, after));
        assert.equal(canonical(opened(result)), canonical(opened(parsed(after))));
      }),
      { numRuns: 2000 },
    );
  });

  it('tells the same with its sides exchanged', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        const there = changes(before, after).map((change) => mirrored(change, false));
        const back = changes(after, before).map((change) => mirrored(change, true));
        assert.deepEqual(there.sort(), back.sort());
      }),
      { numRuns: 2000 },
    );
  });

  it('takes an insertion into the middle of a list for one change', () => {
    const pod = (...env: string[]) => ({
      spec: { containers: [{ name: 'web', env: env.map((each) => ({ name: each })) }] },
    });
    assert.deepEqual(told(pod('a', 'c', 'd'), pod('a', 'b', 'c', 'd')), [
      'added spec.containers[name=web].env[name=b]',
    ]);
    assert.deepEqual(told({ args: ['a', 'c'] }, { args: ['a', 'b', 'c'] }), ['added args[1]']);
  });

  it('tells a pure reordering as one change', () => {
    const list = (...names: string[]) => ({ containers: names.map((each) => ({ name: each, image: 'x' })) });
    assert.deepEqual(told(list('a', 'b', 'c'), list('c', 'a', 'b')), ['reordered containers']);
    assert.deepEqual(told({ args: ['a', 'b', 'c'] }, { args: ['c', 'b', 'a'] }), ['reordered args']);
  });

  it('tells what changed in a text that is JSON on one line by its path', () => {
    const panels = (title: string, wide: boolean) =>
      JSON.stringify({
        panels: [
          { id: 1, title: 'a' },
          { id: 2, title, gridPos: { w: wide ? 24 : 12 } },
        ],
      });
    assert.deepEqual(
      told({ data: { 'x.json': panels('b', false) } }, { data: { 'x.json': panels('c', true) } }),
      ['changed data["x.json"].panels[1].gridPos.w', 'changed data["x.json"].panels[1].title'],
    );
    assert.deepEqual(told({ a: '{"b":[]}' }, { a: '{\n "b": [1]\n}' }), ['added a.b[0]']);
  });

  it('tells a text that is JSON as a text where its form changed, its lines did, or another value took its place', () => {
    assert.deepEqual(told({ a: '{"b":1}' }, { a: '{ "b": 1 }' }), ['changed a']);
    assert.deepEqual(told({ a: '{\n"b":1\n}' }, { a: '{\n"b":2\n}' }), ['text a']);
    assert.deepEqual(told({ a: '{"b":1}' }, { a: '[1]' }), ['changed a']);
    assert.deepEqual(told({ a: '{"b":1}' }, { a: '{"b":1' }), ['changed a']);
    assert.deepEqual(told({ a: '{"b":1,"b":2}' }, { a: '{"b":2}' }), ['changed a']);
  });

  it('falls back to content where keys are there twice', () => {
    const env = (...values: string[]) => ({ env: values.map((value) => ({ name: 'same', value })) });
    assert.deepEqual(told(env('1', '2'), env('1', '3')), ['changed env[1].value']);
  });

  it('tells integers beyond 2^53 apart', () => {
    assert.deepEqual(told('{"n":9007199254740993}', '{"n":9007199254740992}'), ['changed n']);
  });

  it('takes __proto__ for a key like any other', () => {
    assert.deepEqual(told('{"__proto__":{"x":1}}', '{"__proto__":{"x":2}}'), ['changed __proto__.x']);
    assert.deepEqual(told('{}', '{"__proto__":{"x":2}}'), ['added __proto__']);
  });

  it('compares what is nested deeper than a hundred levels as text', () => {
    const deep = (core: string) => `{"a":${'['.repeat(9000)}${core}${']'.repeat(9000)}}`;
    const [change, ...more] = changes(deep('1'), deep('2'));
    assert.deepEqual([change?.kind, more], ['changed', []]);
    assert.deepEqual(changes(deep('1'), deep('1')), []);
  });

  it('tells a list or a text that has nothing in common with the old one as a whole, soon', () => {
    const numbers = (from: number) => [...Array(50_000).keys()].map((each) => String(each + from));
    const began = process.cpuUsage();
    assert.deepEqual(told({ list: numbers(0) }, { list: numbers(100_000) }), ['changed list']);
    assert.deepEqual(told({ text: numbers(0).join('\n') }, { text: numbers(100_000).join('\n') }), [
      'changed text',
    ]);
    // The time of this process alone, whatever else the machine does.
    assert.ok(process.cpuUsage(began).user < 5_000_000);
  });
});
