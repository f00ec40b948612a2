import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from '../../src/changes/change.ts';
import { weightOf } from '../../src/changes/weight.ts';
import { Masked, Raw, type Value } from '../../src/json/value.ts';

const added = (value: Value): Change => ({ kind: 'added', path: [], at: null, value });

test('what weighs is the number of values, not their text alone', () => {
  const empty: Value = Array.from({ length: 10_000 }, () => new Map());
  assert.ok(weightOf([added(empty)]) > 1_000_000);
  assert.ok(weightOf([added('x'.repeat(5000))]) < 6000);
});

test('every kind of change and value weighs', () => {
  const text = 'x'.repeat(1000);
  const heavy: readonly Value[] = [
    text,
    new Raw(text),
    new Masked(text),
    [text],
    new Map([['a', text]]),
    new Map([[text, null]]),
  ];
  for (const value of heavy) {
    assert.ok(weightOf([added(value)]) > 1000);
    assert.ok(weightOf([{ kind: 'changed', path: [], before: null, after: value }]) > 1000);
    assert.ok(weightOf([{ kind: 'reordered', path: [], before: [value], after: [], moved: [] }]) > 1000);
  }
  const hunk = { beforeStart: 1, beforeLines: 1, afterStart: 1, afterLines: 1, lines: [`+${text}`] };
  assert.ok(weightOf([{ kind: 'text', path: [], hunks: [hunk] }]) > 1000);
});

test('a path weighs by its steps', () => {
  const path = Array.from({ length: 100 }, () => ({ kind: 'key', key: 'a' }) as const);
  assert.ok(weightOf([{ kind: 'added', path, at: null, value: null }]) > 10_000);
});
