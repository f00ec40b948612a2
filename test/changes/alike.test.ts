import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryOf } from '../../src/changes/alike.ts';
import type { Change } from '../../src/changes/change.ts';
import { Masked, Raw, type Value } from '../../src/json/value.ts';

const added = (value: Value): Change => ({ kind: 'added', path: [], at: null, value });

test('memory follows the number of values, not their text alone', () => {
  const empty: Value = Array.from({ length: 10_000 }, () => new Map());
  assert.ok(memoryOf([added(empty)]) > 1_000_000);
  assert.ok(memoryOf([added('x'.repeat(5000))]) < 6000);
});

test('every kind of change and value takes memory', () => {
  const text = 'x'.repeat(1000);
  const large: readonly Value[] = [
    text,
    new Raw(text),
    new Masked(text),
    [text],
    new Map([['a', text]]),
    new Map([[text, null]]),
  ];
  for (const value of large) {
    assert.ok(memoryOf([added(value)]) > 1000);
    assert.ok(memoryOf([{ kind: 'changed', path: [], before: null, after: value }]) > 1000);
    assert.ok(memoryOf([{ kind: 'reordered', path: [], before: [value], after: [], moved: [] }]) > 1000);
  }
  const hunk = { beforeStart: 1, beforeLines: 1, afterStart: 1, afterLines: 1, lines: [`+${text}`] };
  assert.ok(memoryOf([{ kind: 'text', path: [], hunks: [hunk] }]) > 1000);
});

test('a path takes memory by its steps', () => {
  const path = Array.from({ length: 100 }, () => ({ kind: 'key', key: 'a' }) as const);
  assert.ok(memoryOf([{ kind: 'added', path, at: null, value: null }]) > 10_000);
});
