import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { load, YAML11_SCHEMA } from 'js-yaml';
import { printableText } from '../../../src/output/print/printable.ts';
import { yamlText } from '../../../src/output/print/yaml.ts';
import { temporaryFolder } from '../../archive/sample.ts';
import { controlPlaneBinaries } from '../../support/binaries.ts';

const yamlOf = (json: string) => yamlText(Buffer.from(json));
const yamlOfValue = (value: unknown) => yamlOf(JSON.stringify(value));

test('an object as kubectl prints it', () => {
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'front', labels: { 'app.kubernetes.io/name': 'front' }, annotations: {} },
    spec: {
      template: {
        spec: {
          containers: [
            { name: 'web', image: 'nginx:1.25', args: ['--port=80', '-v', '2'], env: [] },
            { name: 'side', resources: { limits: { cpu: '100m', memory: '64Mi' } } },
          ],
        },
      },
      matrix: [
        [1, 2],
        ['a', null],
      ],
    },
  };
  assert.equal(
    yamlOfValue(object),
    `apiVersion: apps/v1
kind: Deployment
metadata:
  name: front
  labels:
    app.kubernetes.io/name: front
  annotations: {}
spec:
  template:
    spec:
      containers:
      - name: web
        image: nginx:1.25
        args:
        - --port=80
        - -v
        - "2"
        env: []
      - name: side
        resources:
          limits:
            cpu: 100m
            memory: 64Mi
  matrix:
  - - 1
    - 2
  - - a
    - null
`,
  );
});

test('numbers keep their text and keys their order', () => {
  const json = '{"b":9007199254740993,"10":1.0,"2":-0,"c":1e400,"d":12345678901234567890.10}';
  assert.equal(
    yamlOf(json),
    'b: 9007199254740993\n"10": 1.0\n"2": -0\nc: 1e400\nd: 12345678901234567890.10\n',
  );
});

test('texts that YAML 1.1 would read as another type are quoted', () => {
  for (const text of [
    ...['yes', 'No', 'on', 'OFF', 'y', 'N', 'true', 'null', '~', '', ' ', 'a ', ' a', '.inf', '.NaN', '='],
    ...['1e3', '012', '0o14', '0x1F', '1_000', '1.0', '-1', '+1', '.5', '1:20', '2001-01-01', '0b1', '5E'],
    ...[
      '2001-01-01T00:00:00Z',
      'a: b',
      'a:',
      'a #b',
      '#a',
      '- a',
      '-',
      '--- a',
      '? a',
      '<<',
      '*a',
      '&a',
      '!a',
    ],
    ...['{a', '[a', '%a', '@a', '`a', '|', '>', '"a', "'a", 'a\tb', 'a\u0085b', '\ufeffa', 'a\u202eb'],
  ]) {
    assert.match(yamlOfValue(text), /^".*"\n$/, text);
    assert.equal(load(yamlOfValue({ [text]: text }), { schema: YAML11_SCHEMA }) !== null, true);
  }
});

test('texts that can only be texts are not quoted', () => {
  for (const text of [
    ...[
      'nginx:1.25',
      'http://x.example.com:80/a?b'.replace('?b', ''),
      '10.0.0.1',
      '10.0.0.0/24',
      '64Mi',
      '100m',
    ],
    ...['a b c', '/etc/passwd', 'k8s.io/foo', 'system:node', 'Zürich', '--v=2', '.dockercfg', '$(POD_IP)'],
  ]) {
    assert.equal(yamlOfValue(text), `${text}\n`);
  }
});

test('several lines are a literal', () => {
  assert.equal(yamlOfValue({ a: 'x\n  y\n\nz\n' }), 'a: |\n  x\n    y\n\n  z\n');
  assert.equal(yamlOfValue({ a: ['x\ny'] }), 'a:\n- |-\n  x\n  y\n');
  assert.equal(yamlOfValue({ a: { b: ' x\ny\n\n' } }), 'a:\n  b: |2+\n     x\n    y\n\n');
});

test('control characters and characters that change the direction of writing are escaped', () => {
  const text = yamlOfValue({ 'k\u001b[2J': 'a\u009b2J\n\u202eb', l: 'x\ny\u0007' });
  assert.doesNotMatch(text, /(?!\n)[\p{Cc}\p{Bidi_Control}]/u);
  assert.match(text, /\\u001b\[2J/);
});

test('a lone surrogate becomes U+FFFD, as for every reader in Go', () => {
  assert.equal(yamlOf('["\\ud800","a\\ndc00\\udc00"]'), '- "\ufffd"\n- "a\\ndc00\ufffd"\n');
});

test('ten thousand levels do not overflow the stack, and are not indented without limit', () => {
  const deep = `${'{"a":['.repeat(4999)}1${']}'.repeat(4999)}`;
  const text = yamlOf(deep);
  assert.ok(text.length < 5 * deep.length, `${text.length}`);
});

/** Texts that are hard for YAML, and anything else. */
const HARD = fc.oneof(
  fc.constantFrom(
    ...'yes no y n on null ~ 1e3 012 0x1F 1_0 1:20 2001-01-01 .5 - -- --- ... << = .inf 5E 1.0'.split(' '),
  ),
  fc.string({
    unit: fc.constantFrom(...'ab \n\t:#-?{}[],&*!|>\'"%@`~.0127eExX_=+\\\r\u0085\u00a0\u2028é😀'),
    maxLength: 12,
  }),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const JSON_VALUE = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    HARD,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(HARD, fc.constantFrom('__proto__', 'constructor', 'x'.repeat(600))),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
})).value;

/** By way of JSON, where lone surrogates are U+FFFD and every key is an own one. */
const plain = (value: unknown): string => JSON.stringify(value).replace(/\\ud[89a-f][0-9a-f]{2}/g, '\ufffd');

test('a reader of YAML 1.1 gives the same JSON back', () => {
  fc.assert(
    fc.property(JSON_VALUE, (value) => {
      const text = yamlOf(plain({ value }));
      assert.deepEqual(load(text, { schema: YAML11_SCHEMA }), JSON.parse(plain({ value })), text);
      assert.equal(printableText(text), text);
    }),
    { numRuns: 3000 },
  );
});

test('kubectl gives the same JSON back', async (t) => {
  const kubectl = join(await controlPlaneBinaries(), 'kubectl');
  const file = join(temporaryFolder(t), 'object.yaml');
  const values = fc.sample(JSON_VALUE, 3000);
  const head = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a', labels: { a: 'b' } } };
  const json = plain({
    ...head,
    values,
    deep: JSON.parse(`${'[{"a":'.repeat(200)}"yes"${'}]'.repeat(200)}`),
  });
  writeFileSync(file, yamlOf(json));
  const { stdout } = await promisify(execFile)(
    kubectl,
    ['label', '--local', '--overwrite', '-f', file, 'a=b', '-o', 'json'],
    { maxBuffer: 256 * 1024 * 1024 },
  );
  assert.deepEqual(JSON.parse(stdout), JSON.parse(json));
});

test('kubectl reads numbers as they are', async (t) => {
  const kubectl = join(await controlPlaneBinaries(), 'kubectl');
  const file = join(temporaryFolder(t), 'object.yaml');
  const json =
    '{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a"},"n":[9007199254740993,-9223372036854775808,1e3,1.5]}';
  writeFileSync(file, yamlOf(json));
  const words = ['label', '--local', '-f', file, 'a=b', '-o', 'jsonpath={.n}'];
  const { stdout } = await promisify(execFile)(kubectl, words);
  assert.equal(stdout, '[9007199254740993,-9223372036854775808,1000,1.5]');
});

test('invisible characters are escaped as in YAML, whatever surrounds them', () => {
  const json = JSON.stringify({
    'k\u3164': 'admin\u200b',
    tags: 'a\u{e0041}\n',
    nbsp: 'a\u00a0b',
    plain: 'ﾠ',
  });
  assert.equal(
    yamlOf(json),
    '"k\\u3164": "admin\\u200b"\ntags: "a\\U000e0041\\n"\nnbsp: "a\\u00a0b"\nplain: "\\uffa0"\n',
  );
});
