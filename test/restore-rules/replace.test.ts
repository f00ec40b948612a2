import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at } from '../support/kube-object.ts';
import { item, restored } from './items.ts';

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');

for (const [rules, before, after] of [
  ['10.0.0.1=10.9.9.1', 'at 10.0.0.1:80', 'at 10.9.9.1:80'],
  ['10.0.0.1=10.9.9.1', '10.0.0.10', null],
  ['10.0.0.1=10.9.9.1', '110.0.0.1', null],
  ['10.0.0.1=10.9.9.1', '10.0.0.1.5', null],
  ['10.0.0.1=10.9.9.1', '1.10.0.0.1', null],
  ['10.0.0.1=10.9.9.1', '10a0b0c1', null],
  ['10.0.0.1=10.9.9.1', 'It is 10.0.0.1.', 'It is 10.9.9.1.'],
  ['old.com=new.com', 'https://www.old.com/', 'https://www.new.com/'],
  ['old.com=new.com', 'old.com.au', null],
  ['old.com=new.com', 'cold.com', null],
  ['old.com=new.com', 'my-old.com', null],
  ['old.com=new.com', 'old.com old.com', 'new.com new.com'],
  ['10.1.=10.2.', '10.1.7.7', '10.2.7.7'],
  ['a=b,b=a', 'a b', 'b a'],
  ['old.com=x,www.old.com=y', 'www.old.com old.com', 'y x'],
  ['old.com=x,old.com:80=y', 'old.com:80 old.com', 'y x'],
  ['old.com=$&', 'old.com', '$&'],
  ['(a+)+$=x', 'at (a+)+$', 'at x'],
  ['aa=b', 'aaa aa', 'aaa b'],
  ['.com.com=x', 'a.com.com.com', 'a.comx'],
  ['old.com=x', 'old.com-2 old.com.', 'old.com-2 x.'],
  ['old.com=x', 'x.old.com', 'x.x'],
] as const) {
  test(`--replace ${rules} in ${JSON.stringify(before)}`, () => {
    const replacements = rules.split(',').map((rule) => {
      const [from = '', to = ''] = rule.split('=');
      return { from, to };
    });
    const { object, notes } = restored(item('configmaps', 'shop', 'a', { data: { text: before } }), {
      replacements,
    });
    assert.equal(at(object, 'data', 'text'), after ?? before);
    assert.equal(notes.length > 0, after !== null);
  });
}

const replacements = [{ from: 'old.com', to: 'new.com' }];

test('every place is told', () => {
  const spec = { rules: [{ host: 'old.com' }], tls: [{ hosts: ['a.old.com', 'b.com'] }] };
  const given = item('ingresses.networking.k8s.io', 'shop', 'a', {
    metadata: { annotations: { url: 'old.com' } },
    spec,
  });
  assert.deepEqual(
    restored(given, { replacements }).notes.map(({ text }) => text),
    ['metadata.annotations.url', 'spec.rules[0].host', 'spec.tls[0].hosts[0]'].map(
      (place) => `old.com → new.com in ${place}: by --replace`,
    ),
  );
});

test('what identifies an object is no address', () => {
  const given = item('crds.old.com', 'old.com', 'old.com', {
    apiVersion: 'old.com/v1',
    kind: 'old.com',
    spec: { name: 'old.com' },
  });
  const { item: after, object } = restored(given, { replacements });
  assert.deepEqual(object, {
    apiVersion: 'old.com/v1',
    kind: 'old.com',
    metadata: { name: 'old.com', namespace: 'old.com' },
    spec: { name: 'new.com' },
  });
  assert.equal(after.name, 'old.com');
});

test('what names APIs, owners and drivers is no address, but somebody’s own words are', () => {
  const names = {
    metadata: {
      finalizers: ['old.com/wait'],
      ownerReferences: [{ apiVersion: 'old.com/v1', kind: 'A', name: 'old.com' }],
    },
    rules: [{ apiGroups: ['old.com'] }],
    roleRef: { apiGroup: 'old.com', name: 'x' },
    spec: { group: 'old.com', csi: { driver: 'nfs.old.com' } },
    provisioner: 'old.com/nfs',
  };
  const given = item('things.example.com', 'shop', 'a', names);
  assert.equal(restored(given, { replacements }).item.fields, given.fields);
  const words = item('configmaps', 'shop', 'a', { data: { group: 'old.com', kind: 'old.com' } });
  assert.deepEqual(restored(words, { replacements }).object.data, { group: 'new.com', kind: 'new.com' });
});

test('the texts of a Secret are looked into, its other bytes are not', () => {
  const binary = Buffer.concat([Buffer.from('old.com'), Buffer.from([0xff])]);
  const data = { url: base64('https://old.com'), key: base64(binary), other: base64('b.com') };
  const { object, notes } = restored(item('secrets', 'shop', 'a', { type: 'Opaque', data }), {
    replacements,
  });
  assert.deepEqual(object.data, { ...data, url: base64('https://new.com') });
  assert.deepEqual(
    notes.map(({ text }) => text),
    ['old.com → new.com in data.url: by --replace'],
  );
});
