// biome-ignore-all lint/suspicious/noTemplateCurlyInString: so templates refer to their parameters.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../support/kube-object.ts';
import { type Parameter, processTemplate, type Template } from './process.ts';

const PARAMETERS: readonly Parameter[] = [
  { name: 'NAME', value: 'web' },
  { name: 'NUMBER', value: '3' },
  { name: 'EMPTY' },
  { name: 'NOTHING', value: 'null' },
  { name: 'LIST', value: '["a", {"b": true}]' },
  { name: 'BROKEN', value: '["a"' },
];

function template(object: JsonObject, more: Partial<Template> = {}): Template {
  const whole = { apiVersion: 'v1', kind: 'ConfigMap', ...object };
  return { objects: [whole], parameters: PARAMETERS, ...more };
}

/** What becomes of some data in a template. */
function processed(data: JsonObject, given: Record<string, string> = {}): unknown {
  return processTemplate(template({ data }), given).objects[0]?.data;
}

describe('${NAME}', () => {
  test('is replaced wherever it stands in a string, as often as it does', () => {
    const data = { a: '${NAME}-${NAME}/$${NUMBER}', b: [{ c: 'on ${NAME}' }] };
    assert.deepEqual(processed(data), { a: 'web-web/$3', b: [{ c: 'on web' }] });
  });

  test('is replaced in the names of fields', () => {
    assert.deepEqual(processed({ '${NAME}.conf': '' }), { 'web.conf': '' });
  });

  test('stays a string, whatever the value looks like', () => {
    assert.deepEqual(processed({ a: '${NUMBER}', b: '${NOTHING}', c: '${EMPTY}' }), {
      a: '3',
      b: 'null',
      c: '',
    });
  });

  test('may bring in what means something to regular expressions', () => {
    assert.deepEqual(processed({ a: '<${NAME}>' }, { NAME: "$& $' $1" }), { a: "<$& $' $1>" });
  });

  test('stays as it is where no parameter has that name', () => {
    assert.deepEqual(processed({ a: '${OTHER} $NAME ${ NAME }' }), { a: '${OTHER} $NAME ${ NAME }' });
  });
});

describe('${{NAME}}', () => {
  test('as a whole string becomes the JSON that the value is', () => {
    assert.deepEqual(processed({ a: '${{NUMBER}}', b: '${{LIST}}' }), { a: 3, b: ['a', { b: true }] });
  });

  test('becomes a string where the value is no JSON', () => {
    const data = { a: '${{NAME}}', b: '${{BROKEN}}', c: '${{EMPTY}}' };
    assert.deepEqual(processed(data), { a: 'web', b: '["a"', c: '' });
  });

  test('takes its field away where the value is null', () => {
    assert.deepEqual(processed({ a: '${{NOTHING}}', b: null, c: {} }), { b: null, c: {} });
    assert.throws(() => processed({ list: ['${{NOTHING}}'] }), /only a field/);
  });

  test('is nothing special within a longer string, or without such a parameter', () => {
    const data = { a: 'x${{NUMBER}}', b: '${{NUMBER}}x', c: '${{OTHER}}' };
    assert.deepEqual(processed(data), data);
  });
});

describe('parameters', () => {
  test('given values win over those of the template, empty ones too', () => {
    assert.deepEqual(processed({ a: '${NAME}' }, { NAME: 'db' }), { a: 'db' });
    assert.deepEqual(processed({ a: '${NAME}' }, { NAME: '' }), { a: '' });
  });

  test('unknown ones are refused, all at once', () => {
    assert.throws(() => processed({}, { NAM: 'x', NAME: 'y', MORE: 'z' }), {
      message: 'unknown parameter name "NAM"\nunknown parameter name "MORE"',
    });
  });

  test('required ones need a value that is not empty', () => {
    const parameters: Parameter[] = [
      { name: 'A', required: true },
      { name: 'B', required: true, value: 'b' },
    ];
    const given = (values: Record<string, string>) => () =>
      processTemplate(template({}, { parameters }), values);
    assert.throws(given({ B: '' }), {
      message:
        'template.parameters[0]: parameter A is required and must be specified\n' +
        'template.parameters[1]: parameter B is required and must be specified',
    });
    assert.throws(given({ A: 'a', B: '' }), /parameter B is required/);
    assert.doesNotThrow(given({ A: 'a' }));
  });

  test('values that oc would generate have to be given', () => {
    const parameters: Parameter[] = [{ name: 'TOKEN', generate: 'expression', from: '[a-z]{8}' }];
    const generating = template({}, { parameters });
    assert.throws(() => processTemplate(generating, {}), /TOKEN wants the generator expression/);
    assert.doesNotThrow(() => processTemplate(generating, { TOKEN: 'x' }));
  });
});

describe('objects', () => {
  test('get the labels of the template, which win over their own', () => {
    const object = { metadata: { name: 'x', labels: { app: 'own', tier: 'front' } } };
    const { objects } = processTemplate(
      template(object, { labels: { app: '${NAME}', '${NAME}': 'yes' } }),
      {},
    );
    assert.deepEqual(objects[0]?.metadata, { name: 'x', labels: { app: 'web', tier: 'front', web: 'yes' } });
  });

  test('keep a namespace that is a parameter, and lose one that is not', () => {
    const namespaceOf = (namespace: string) =>
      processTemplate(template({ metadata: { name: 'x', namespace } }), {}).objects[0]?.metadata;
    assert.deepEqual(namespaceOf('${NAME}'), { name: 'x', namespace: 'web' });
    assert.deepEqual(namespaceOf('elsewhere'), { name: 'x' });
  });

  test('leave the template itself alone', () => {
    const original = template({ metadata: { name: '${NAME}', namespace: 'elsewhere' } });
    const copy = structuredClone(original);
    processTemplate(original, {});
    assert.deepEqual(original, copy);
  });
});

test('the message of a template is filled in too', () => {
  assert.equal(processTemplate(template({}, { message: 'see ${NAME}' }), {}).message, 'see web');
});
