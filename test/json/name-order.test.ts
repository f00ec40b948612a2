import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareNames, NameKey } from '../../src/json/name-order.ts';

/** As Go writes JSON for HTTP: what HTML could trip over is escaped. */
function asGo(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function compareQuoted(a: string, b: string): number {
  const key = new NameKey();
  const src = Buffer.from(`[${a}, ${b}]`);
  const [endOfA, startOfB] = [1 + Buffer.byteLength(a), 3 + Buffer.byteLength(a)];
  key.hold(src, 1, endOfA);
  return Math.sign(key.compareTo(src, startOfB, startOfB + Buffer.byteLength(b)));
}

const SPECIAL = fc.constantFrom(...'abzRD&<>"\\/\n\u007f\u2028é\uffff\u{1f600}\ue000 -.');
const NAMES = fc.oneof(fc.string({ unit: SPECIAL }), fc.string({ unit: 'grapheme' }));

test('names are in the order of their UTF-8 bytes, however JSON writes them', () => {
  fc.assert(
    fc.property(NAMES, NAMES, (a, b) => {
      const wanted = Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      assert.equal(Math.sign(compareNames(a, b)), wanted);
      for (const [x, y] of [
        [JSON.stringify(a), JSON.stringify(b)],
        [asGo(a), asGo(b)],
        [asGo(a), JSON.stringify(b)],
      ] as const)
        assert.equal(compareQuoted(x, y), wanted);
    }),
  );
});

test('a key holds names of any length, one after the other', () => {
  const key = new NameKey();
  const long = Buffer.from(`"${'x'.repeat(300_000)}"`);
  const short = Buffer.from('"xy"');
  key.hold(long, 0, long.length);
  assert.equal(key.compareTo(long, 0, long.length), 0);
  assert(key.compareTo(short, 0, short.length) < 0);
  key.hold(short, 0, short.length);
  assert(key.compareTo(long, 0, long.length) > 0);
});
