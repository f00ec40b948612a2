import fc from 'fast-check';

/** Numbers as people and programs spell them, up to the last integer that the API server keeps as one. */
const number = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom(
    ...['9223372036854775807', '-9223372036854775808', '9007199254740993', '0', '-0', '-0.0', '1.0', '1.10'],
    ...['1E+05', '1e-7', '100e-2', '1e21', '123456789012345678901234567890', '5e-324', '0.1', '3e0'],
  ),
);

/** All of Unicode, with a liking for what editors, browsers and encoders treat in some way of their own. */
const character = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  fc.constantFrom(
    ...['\u2028', '\u2029', '\ufffe', '\uffff', '\ufeff', '\u0000', '\u001f', '\u007f', '\u0085', '\u200d'],
    ...['😀', '👩‍🔬', '\u{10ffff}', 'é', 'ü', '<', '>', '&', '"', '\\', '/', '\n', '\r', '\t', '\b'],
  ),
);
const text = fc.string({ unit: character, maxLength: 30 });

const unit = (code: string) => `\\u${code.charCodeAt(0).toString(16).padStart(4, '0')}`;
/** The same string in different spellings; the last is no string of Unicode (half a pair), which Go mends. */
const string = fc.oneof(
  text.map((value) => JSON.stringify(value)),
  text.map((value) => `"${value.split('').map(unit).join('')}"`),
  fc.constantFrom('"\\/"', '"\\ud83d"', '""', '"{\\"a\\":[1,}"'),
);

/** Keys that mean something to JavaScript, to Kubernetes, or to the program itself. */
const key = fc.oneof(
  { weight: 1, arbitrary: string },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(
        ...[
          '__proto__',
          'constructor',
          'hasOwnProperty',
          'toString',
          '',
          '1',
          '01',
          '-1',
          '*',
          'a.b/c',
          'items',
        ],
        ...[
          'metadata',
          'status',
          'spec',
          'annotations',
          'labels',
          'uid',
          'managedFields',
          'apiVersion',
          'kind',
        ],
      )
      .map((value) => JSON.stringify(value)),
  },
);

function objectText(members: ReadonlyArray<readonly [string, string]>): string {
  return `{${[...new Map(members)].map(([name, value]) => `${name}:${value}`).join(', ')}}`;
}

const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.oneof(number, string, fc.constantFrom('null', 'true', 'false', '{}', '[ ]')),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map(objectText),
    fc.array(tie('value'), { maxLength: 6 }).map((elements) => `[${elements.join(' ,\n')}]`),
  ),
}));

/** A value that few parsers meet: some hundred containers in each other. */
const deep = fc
  .tuple(fc.integer({ min: 1, max: 400 }), value)
  .map(
    ([levels, core]) =>
      `${'[{"a":'.repeat(Math.ceil(levels / 2))}${core}${'}]'.repeat(Math.ceil(levels / 2))}`,
  );

/** The members of a custom resource beside apiVersion, kind and metadata: JSON text, since JSON.stringify rounds. */
export const freeMembers = fc
  .record({ spec: value, deep, status: value, more: fc.array(fc.tuple(key, value), { maxLength: 4 }) })
  .map(({ spec, deep, status, more }) => {
    // An object with items at its top is a list to the API server.
    const taken = ['"apiVersion"', '"kind"', '"metadata"', '"items"'];
    const free = more.filter(([name]) => !taken.includes(JSON.stringify(JSON.parse(name))));
    return objectText([['"spec"', spec], ['"deep"', deep], ...free, ['"status"', status]]).slice(1, -1);
  });

const fileName = fc.stringMatching(/^[a-z0-9][-._a-zA-Z0-9]{0,20}$/);

/** Data and binary data of a ConfigMap. */
export const configData = fc
  .record({
    data: fc.dictionary(fileName, fc.oneof(text, fc.string({ unit: character, maxLength: 3000 })), {
      maxKeys: 4,
    }),
    binary: fc.uint8Array({ maxLength: 2000 }),
  })
  .map(({ data, binary }) => ({
    data,
    binaryData: { '_.bin': Buffer.from(binary).toString('base64') },
  }));
