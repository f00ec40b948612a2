import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AlikeManifests } from '../../../src/archive/format/alike-manifests.ts';
import { type Manifest, parseManifest } from '../../../src/archive/format/manifest.ts';
import { sampleManifest } from '../sample.ts';

type Projects = Manifest['projects'];

const rows = (...counts: ReadonlyArray<readonly [name: string, objects: number]>): Projects =>
  counts.map(([name, objects]) => ({ name, objects }));

const bytesOf = (value: unknown, indent = 2) => Buffer.from(`${JSON.stringify(value, null, indent)}\n`);
const night = (projects: Projects, more: Partial<Manifest> = {}) =>
  bytesOf({ ...sampleManifest(), ...more, projects });

/** The projects of each of several manifests that are parsed one after the other. */
function projectsOf(...nights: readonly Buffer[]): Projects[] {
  const manifests = new AlikeManifests();
  return nights.map((bytes) => {
    const parsed = manifests.parse(bytes);
    assert.deepEqual(parsed, parseManifest(bytes));
    assert.ok(parsed.kind === 'manifest');
    return parsed.manifest.projects;
  });
}

const MANY = rows(...Array.from({ length: 100 }, (_, at) => [`team-${100 + at}`, at] as const));

describe('manifests of many archives', () => {
  it('share the rows if all are the same', () => {
    for (const known of [MANY, rows(['a', 1], ['b', 2])]) {
      const [one, other] = projectsOf(
        night(known),
        night(known, { startedAt: '2026-09-12T00:15:00.000Z', complete: false }),
      );
      assert.ok(one !== undefined && other?.every((row, at) => row === one[at]));
    }
  });

  it('share the rows that are the same, wherever a project came or went', () => {
    const known = rows(['a', 1], ['b', 2], ['c', 3], ['e', 5]);
    const own = rows(['b', 2], ['c', 4], ['d', 1], ['e', 5]);
    const [before = [], after = []] = projectsOf(night(known), night(own));
    assert.deepEqual(after, own);
    assert.deepEqual(
      after.map((row) => before.includes(row)),
      [true, false, false, true],
    );
  });

  it('are read in turn, also if one of them is invalid', () => {
    const manifests = new AlikeManifests();
    assert.equal(manifests.parse(night(MANY)).kind, 'manifest');
    assert.deepEqual(manifests.parse(Buffer.from('{')), {
      kind: 'invalid',
      reason: 'is not valid JSON at character 1',
    });
    const parsed = manifests.parse(night(MANY.slice(1)));
    assert.deepEqual(parsed.kind === 'manifest' && parsed.manifest.projects, MANY.slice(1));
  });

  it('with the first projects of another one, with others, or in another order are not that one', () => {
    const known = rows(['a', 1], ['b', 2]);
    for (const own of [rows(['a', 1]), rows(), rows(['a', 1], ['b', 2], ['c', 1]), rows(['b', 2], ['a', 1])])
      assert.deepEqual(projectsOf(night(known), night(own)), [known, own]);
  });

  it('may be written in one line, and each in another form', () => {
    const line = bytesOf({ ...sampleManifest(), projects: MANY }, 0);
    const spaced = Buffer.from(night(MANY).toString().replaceAll(',', ' \t, '));
    assert.deepEqual(projectsOf(night(MANY), line, spaced, line), [MANY, MANY, MANY, MANY]);
  });

  it('may have rows with fields that are not known, before the projects or in them', () => {
    const more = { ...sampleManifest(), projects: MANY.map((row) => ({ ...row, labels: { a: ['b'] } })) };
    assert.deepEqual(projectsOf(bytesOf({ projectsBefore: [1], ...more })), [MANY]);
  });
});

/** What would be read in another way if rows were compared carelessly. */
const text = () => night(rows(['a', 1], ['b', 2])).toString();
const LIST = /"projects": \[[^\]]*\]/;
const list = () => LIST.exec(text())?.[0] ?? '';
const CHANGES: ReadonlyArray<readonly [what: string, changed: () => string]> = [
  ['two lists of projects', () => text().replace(LIST, (own) => `${own},\n  "projects": []`)],
  ['another list of projects at its end', () => text().replace(/\}\s*$/, `,\n  ${list()}}`)],
  ['an escaped key for another list', () => text().replace(/\}\s*$/, ',"project\\u0073": []}')],
  ['a list in another member first', () => text().replace('{', `{"x": {${list()}},`).replace('"a"', '"z"')],
  ['a number that goes on', () => text().replace('"objects": 2\n', '"objects": 20\n')],
  ['a number with an exponent', () => text().replace('"objects": 2\n', '"objects": 2e1\n')],
  ['a negative number', () => text().replace('"objects": 2\n', '"objects": -2\n')],
  ['a number that is too large', () => text().replace('"objects": 2\n', '"objects": 9007199254740992\n')],
  ['a name of another type', () => text().replace('"b"', '7')],
  ['a name with an escape', () => text().replace('"b"', '"\\u0062"')],
  ['no name', () => text().replace('"b"', '""')],
  ['a name that is too long', () => text().replace('"b"', JSON.stringify('b'.repeat(254)))],
  ['a row that is long', () => text().replace('"b",', `"b", "x": "${'y'.repeat(2000)}",`)],
  ['a comma too many', () => text().replace(/\n {2}\],/, ',\n  ],')],
  ['no comma between rows', () => text().replace(/\},(\s+\{)/, '}$1')],
  ['no end', () => text().slice(0, -3)],
  ['no end of the list', () => text().slice(0, text().indexOf('"b"'))],
  ['something behind its end', () => `${text()}x`],
  ['a byte order mark', () => `\ufeff${text()}`],
  ['another member that is invalid', () => text().replace('"complete": true', '"complete": 1')],
  ['a list of no rows', () => text().replace(LIST, '"projects": [1, []]')],
  ['no list', () => text().replace(LIST, '"projects": {}')],
  ['no projects', () => text().replace(LIST, '"others": []')],
  ['no object', () => '[]'],
  ['nothing', () => ''],
];

for (const [what, changed] of CHANGES) {
  it(`a manifest with ${what} is read as if it were the only one`, () => {
    const bytes = Buffer.from(changed());
    for (const before of [[], [text()], [text(), text()]]) {
      const manifests = new AlikeManifests();
      for (const each of before) manifests.parse(Buffer.from(each));
      assert.deepEqual(manifests.parse(bytes), parseManifest(bytes), `after ${before.length}`);
    }
  });
}

it('a byte that is not UTF-8 is found wherever it is', () => {
  const whole = night(MANY);
  const manifests = new AlikeManifests();
  manifests.parse(whole);
  for (let at = 0; at < whole.length; at += 13) {
    const bytes = Buffer.from(whole);
    bytes[at] = 0xff;
    assert.deepEqual(manifests.parse(bytes), parseManifest(bytes));
  }
});

it('more objects and lists than a manifest may have are refused, however many of them are known', () => {
  const manifests = new AlikeManifests();
  assert.equal(manifests.parse(night(MANY)).kind, 'manifest');
  // Neither the list of projects nor the rest has too many.
  const lists = `"x": [${'[],'.repeat(999_950)}[]],`;
  const parsed = manifests.parse(
    Buffer.from(night(MANY).toString().replace('"projects"', `${lists} "projects"`)),
  );
  assert.deepEqual(parsed, { kind: 'invalid', reason: 'has more than 1000000 objects and lists' });
});

it('any changes from one manifest to the next give what is read without knowing the one before', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'dd', ' a', 'a b', 'é', '"', '');
  const projects = fc.array(fc.record({ name, objects: fc.nat(12) }), { maxLength: 6 });
  fc.assert(
    fc.property(
      fc.array(projects, { minLength: 2, maxLength: 4 }),
      fc.constantFrom(0, 2),
      (nights, indent) => {
        const manifests = new AlikeManifests();
        for (const each of nights) {
          const bytes = bytesOf({ ...sampleManifest(), projects: each }, indent);
          assert.deepEqual(manifests.parse(bytes), parseManifest(bytes));
        }
      },
    ),
  );
});
