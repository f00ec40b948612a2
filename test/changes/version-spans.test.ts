import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unknownRuns } from '../../src/changes/history.ts';
import { type Observation, versionSpans, withoutUnselected } from '../../src/changes/version-spans.ts';
import { selectorMatcher } from '../../src/types/selector.ts';

const LABELS = new Map([['app', 'web']]);

function archive(at: number) {
  return { name: String(at), time: new Date(at * 1000).toISOString() };
}

/** A letter is a version, `-` an archive without the object, `?` one that does not tell, `s` one made with a selector. */
function observations(nights: string): Observation[] {
  return [...nights].map((night, at): Observation => {
    if (night === '?') return { kind: 'unknown', archive: archive(at), reason: 'denied' };
    if (night === 's') return { kind: 'absent', archive: archive(at), selects: selectorMatcher('app=db') };
    if (night === '-') return { kind: 'absent', archive: archive(at), selects: null };
    const told = { version: night, content: night, beingDeletedSince: null, labels: LABELS };
    return { kind: 'present', archive: archive(at), ...told, cluster: 'c', uid: null };
  });
}

/** `changed 2 of 34 after 1 from 1 as 0`: event, version, archives, notYet, comparedWith, sameAs. */
function told(nights: string): string[] {
  return spansOf(observations(nights));
}

function spansOf(observed: readonly Observation[]): string[] {
  return versionSpans(observed).map((each) =>
    [
      each.event,
      each.version ?? '-',
      'of',
      each.archives.map(({ name }) => name).join(''),
      ...(each.notYet === null ? [] : ['after', each.notYet.name]),
      ...(each.comparedWith === null ? [] : ['from', each.comparedWith.name]),
      ...(each.sameAs === null ? [] : ['as', each.sameAs.name]),
    ].join(' '),
  );
}

const HISTORIES: ReadonlyArray<readonly [what: string, nights: string, events: readonly string[]]> = [
  ['nothing at all', '', []],
  ['nothing that is known', '??', []],
  ['never there', '---', []],
  ['always the same', 'aaa', ['first 1 of 012']],
  ['changed', 'aab', ['first 1 of 01', 'changed 2 of 2 after 1 from 1']],
  ['created', '--a', ['created 1 of 2 after 1']],
  ['deleted', 'a--', ['first 1 of 0', 'deleted - of 12 after 0']],
  [
    'changed back',
    'abba',
    ['first 1 of 0', 'changed 2 of 12 after 0 from 0', 'changed 1 of 3 after 2 from 2 as 0'],
  ],
  [
    'back to the version of the last time, not of the first',
    'abacab',
    [
      'first 1 of 0',
      'changed 2 of 1 after 0 from 0',
      'changed 1 of 2 after 1 from 1 as 0',
      'changed 3 of 3 after 2 from 2',
      'changed 1 of 4 after 3 from 3 as 2',
      'changed 2 of 5 after 4 from 4 as 1',
    ],
  ],
  [
    'created again as it was',
    'a-a',
    ['first 1 of 0', 'deleted - of 1 after 0', 'created 1 of 2 after 1 from 0 as 0'],
  ],
  [
    'created again as another',
    '-a--b',
    ['created 1 of 1 after 0', 'deleted - of 23 after 1', 'created 2 of 4 after 3 from 1'],
  ],
  ['a gap in a version', 'a?a', ['first 1 of 02']],
  ['a gap before a change', 'a?b', ['first 1 of 0', 'changed 2 of 2 after 0 from 0']],
  ['a gap before the first archive that tells', '?a', ['first 1 of 1']],
  ['a gap is no creation', '-?a', ['created 1 of 2 after 0']],
  ['a gap is no deletion', 'a??', ['first 1 of 0']],
];

for (const [what, nights, events] of HISTORIES) {
  test(`${what}: ${nights}`, () => {
    assert.deepEqual(told(nights), events);
  });
}

/** The same version in each archive, with these uids; `?` where the archive has no metadata. */
function recreated(uids: string, clusters = uids.replaceAll(/./g, 'c')): string[] {
  const letters = 'a'.repeat(uids.length);
  return spansOf(
    observations(letters).map((each, at) => {
      const uid = uids[at] === '?' ? null : (uids[at] ?? null);
      return each.kind === 'present' ? { ...each, uid, cluster: clusters[at] ?? '' } : each;
    }),
  );
}

test('an object with another uid was recreated, which is an event of the same version', () => {
  assert.deepEqual(recreated('112'), ['first 1 of 01', 'changed 1 of 2 after 1 from 1']);
  assert.deepEqual(recreated('1221'), [
    'first 1 of 0',
    'changed 1 of 12 after 0 from 0',
    'changed 1 of 3 after 2 from 2',
  ]);
});

test('an archive without metadata shows no other uid, and does not hide one', () => {
  assert.deepEqual(recreated('1?1'), ['first 1 of 012']);
  assert.deepEqual(recreated('1??2'), ['first 1 of 012', 'changed 1 of 3 after 2 from 2']);
  assert.deepEqual(recreated('?2'), ['first 1 of 01']);
});

test('the uid of another cluster says nothing', () => {
  assert.deepEqual(recreated('12', 'cd'), ['first 1 of 01']);
});

test('every archive that tells is in one event, unless the object was not yet there', () => {
  // All histories of six nights.
  for (let seed = 0; seed < 4 ** 6; seed += 1) {
    const nights = Array.from({ length: 6 }, (_, at) => 'ab-?'[Math.floor(seed / 4 ** at) % 4]).join('');
    const spans = versionSpans(observations(nights));
    const spanned = spans.flatMap(({ archives }) => archives.map(({ name }) => Number(name)));
    const start = nights.search(/[ab]/);
    const expected = [...nights].flatMap((night, at) =>
      start >= 0 && at >= start && night !== '?' ? [at] : [],
    );
    assert.deepEqual(spanned, expected, nights);
    for (const { archives, version } of spans) {
      const letters = new Set(archives.map(({ name }) => nights[Number(name)]));
      assert.equal(letters.size, 1, nights);
      assert.equal(version === null, letters.has('-'), nights);
    }
  }
});

test('an archive whose selector would not have taken the object does not tell', () => {
  const kinds = (nights: string) => withoutUnselected(observations(nights)).map(({ kind }) => kind);
  assert.deepEqual(kinds('as'), ['present', 'unknown']);
  assert.deepEqual(kinds('s?a'), ['unknown', 'unknown', 'present']);
  assert.deepEqual(kinds('a-'), ['present', 'absent']);
  // Where its labels are not known, it may as well have been missing.
  assert.deepEqual(kinds('-s'), ['absent', 'absent']);
});

test('an archive whose selector would have taken it tells that it was not there', () => {
  const selects = selectorMatcher('app=web');
  const [present] = observations('a');
  assert.ok(present);
  const all: Observation[] = [present, { kind: 'absent', archive: archive(1), selects }];
  assert.deepEqual(withoutUnselected(all), all);
});

test('archives that do not tell for one reason stand together', () => {
  const unknown = ['denied', 'denied', 'damaged', 'denied'].map((reason, at) => ({
    archive: archive(at),
    reason,
  }));
  assert.deepEqual(
    unknownRuns(unknown).map(({ archives, reason }) => [archives.map(({ name }) => name).join(''), reason]),
    [
      ['01', 'denied'],
      ['2', 'damaged'],
      ['3', 'denied'],
    ],
  );
});
