import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FULL, Printer, WHOLE } from '../../src/json/printer.ts';
import { compileRules, type RuleRow } from '../../src/json/pruning-paths.ts';
import { INCOMPLETE, JsonError, MAX_DEPTH, valueEnd } from '../../src/json/scan.ts';

/** Prints a whole text with as large an output as it needs. */
function print(text: string, rules: readonly RuleRow[] = []): string {
  const src = Buffer.from(`${text} `);
  const out = Buffer.alloc(src.length * 420 + 4000);
  const printer = new Printer();
  const end = printer.print(src, 0, src.length, out, 0, { ...WHOLE, rules: compileRules(rules, 'things') });
  assert.equal(src.toString('utf8', end).trim(), '', 'the whole value is read');
  return out.toString('utf8', 0, printer.at);
}

const drop = (path: string, more: Partial<RuleRow> = {}): RuleRow => ({
  types: '*',
  path,
  reason: 'test',
  ...more,
});

describe('the printer', () => {
  it('indents as JSON.stringify(…, 2) does, whatever the value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (json) => {
        assert.equal(print(json), JSON.stringify(JSON.parse(json), null, 2).replaceAll('\\u007f', '\u007f'));
      }),
      { numRuns: 1000 },
    );
  });

  it('copies numbers, escapes and keys as they stand', () => {
    const json =
      '{"__proto__":9223372036854775807,"constructor":1.10e+2,"a\\u0062":"\\u2028\\/\\ud83d\\ude00","é😀":-0.0}';
    assert.equal(
      print(json),
      json.replace('{', '{\n  ').replaceAll(',"', ',\n  "').replaceAll('":', '": ').replace('}', '\n}'),
    );
  });

  it('takes white space wherever JSON allows it', () => {
    assert.equal(
      print(' \n{ "a" :\t[ 1 , { } , [ ] ] }\r'.trim()),
      '{\n  "a": [\n    1,\n    {},\n    []\n  ]\n}',
    );
  });

  const broken = [
    '{"a":1,}',
    '[1,]',
    '{"a"}',
    '{a:1}',
    '[01]',
    '[1.]',
    '[1e]',
    '[+1]',
    '[-]',
    '["\u0001"]',
    '["\\x"]',
    '["\\u12g4"]',
    '[tru]',
    '{"a":1 "b":2}',
    '[1 2]',
    '{"a":1]',
    '[.5]',
    '[nul]',
  ];
  for (const text of broken) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => print(text), JsonError);
      const src = Buffer.from(`${text} `);
      assert.throws(() => valueEnd(src, 0, src.length), JsonError, 'also where it only looks for the end');
    });
  }

  it('says INCOMPLETE for every beginning of a value, and never reads past the end', () => {
    const src = Buffer.from('{"a":[1,-2.5e3,true,null,"x\\u0041\\n"],"b":{"c":{}}}');
    const out = Buffer.alloc(1000);
    const rules = compileRules([drop('b.c')], 'things');
    for (let end = 0; end < src.length; end++) {
      assert.equal(new Printer().print(src, 0, end, out, 0, { ...WHOLE, rules }), INCOMPLETE, `${end} bytes`);
      assert.equal(valueEnd(src, 0, end), INCOMPLETE, `${end} bytes`);
    }
  });

  it('says FULL for every output that is too small', () => {
    const src = Buffer.from('{"a":[1,{"b":"a long string to be cut"}],"c":"drop me"}');
    const whole = print(src.toString(), [drop('c')]);
    for (let size = 0; size < whole.length; size++) {
      assert.equal(
        new Printer().print(src, 0, src.length, Buffer.alloc(size), 0, {
          ...WHOLE,
          rules: compileRules([drop('c')], 'things'),
        }),
        FULL,
        `${size} bytes`,
      );
    }
  });

  it('goes as deep as the API server and no deeper, without a spaces explosion', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const printed = print(nested(MAX_DEPTH));
    assert.ok(printed.replace(/\s/g, '') === nested(MAX_DEPTH), 'every bracket is there');
    assert.ok(printed.length < MAX_DEPTH * 2 * 210, `${printed.length} bytes`);
    assert.throws(() => print(nested(MAX_DEPTH + 1)), JsonError);
    const src = Buffer.from(nested(100_000));
    assert.throws(() => valueEnd(src, 0, src.length), JsonError);
  });
});

describe('pruning', () => {
  it('drops a path wherever in the object it stands', () => {
    for (const json of [
      '{"m":{"uid":1,"x":2}}',
      '{"m":{"x":2,"uid":1}}',
      '{"m":{"uid":{"deep":[1]},"x":2,"uid":3}}',
    ]) {
      assert.equal(print(json, [drop('m.uid')]), '{\n  "m": {\n    "x": 2\n  }\n}');
    }
  });

  it('reaches into every element of a list, and bears a list that is none', () => {
    const rows = [drop('t[*].p.last')];
    assert.deepEqual(JSON.parse(print('{"t":[{"p":{"last":1,"k":2}},{},{"p":{"last":1}}]}', rows)), {
      t: [{ p: { k: 2 } }, {}, { p: {} }],
    });
    assert.deepEqual(JSON.parse(print('{"t":null,"u":1}', rows)), { t: null, u: 1 });
    assert.deepEqual(JSON.parse(print('{"u":1}', rows)), { u: 1 });
  });

  it('leaves an emptied object, but drops emptied annotations and labels', () => {
    assert.equal(print('{"t":{"x":1}}', [drop('t.x')]), '{\n  "t": {}\n}');
    const rows = [drop('m.annotations[a.b/c]')];
    assert.equal(
      print('{"m":{"annotations":{"a.b/c":"1"},"name":"n"}}', rows),
      '{\n  "m": {\n    "name": "n"\n  }\n}',
    );
    assert.equal(
      print('{"m":{"name":"n","annotations":{"a.b/c":"1"}}}', rows),
      '{\n  "m": {\n    "name": "n"\n  }\n}',
    );
    assert.equal(print('{"m":{"annotations":{}}}', rows), '{\n  "m": {\n    "annotations": {}\n  }\n}');
  });

  it('heeds conditions on the value', () => {
    const rows = [drop('ip', { unless: '"None"' }), drop('at', { only: 'null' })];
    assert.deepEqual(JSON.parse(print('{"ip":"None","at":"2026"}', rows)), { ip: 'None', at: '2026' });
    assert.deepEqual(JSON.parse(print('{"ip":"10.0.0.1","at":null}', rows)), {});
  });

  it('is the same as deleting from the parsed value', () => {
    const key = fc.constantFrom('a', 'b', 'c');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<unknown>(1, 'x', null),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree')),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const pruned: unknown = structuredClone(value);
        const parent: unknown = Object(pruned).a;
        if (typeof parent === 'object' && parent !== null) Reflect.deleteProperty(parent, 'b');
        assert.deepEqual(JSON.parse(print(JSON.stringify(value), [drop('a.b')])), pruned);
      }),
      { numRuns: 500 },
    );
  });
});
