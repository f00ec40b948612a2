import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENDING_MEANING, EXIT } from '../src/exit.ts';

test('exit codes are those that scripts rely on', () => {
  const promised = {
    done: 0,
    differences: 1,
    usage: 2,
    incomplete: 3,
    failed: 4,
    SIGINT: 130,
    SIGPIPE: 141,
    SIGTERM: 143,
  };
  assert.deepEqual(EXIT, promised);
});

test('every exit code has a description', () => {
  assert.deepEqual(Object.keys(ENDING_MEANING), Object.keys(EXIT));
  for (const meaning of Object.values(ENDING_MEANING)) assert.match(meaning, /\w{4}/);
});

test('no two endings have the same exit code', () => {
  assert.equal(new Set(Object.values(EXIT)).size, Object.keys(EXIT).length);
});
