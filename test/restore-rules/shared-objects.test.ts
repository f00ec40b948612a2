import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergedIntoShared } from '../../src/restore-rules/shared-objects.ts';
import { at } from '../support/kube-object.ts';
import { item, json, PLAIN, restored } from './items.ts';

const OPTIONS = { ...PLAIN, mapping: new Map([['shop', 'copy']]) };
const BINDING = 'clusterrolebindings.rbac.authorization.k8s.io';
const WEBHOOKS = 'validatingwebhookconfigurations.admissionregistration.k8s.io';
const POLICY = 'networkpolicies.networking.k8s.io';
const NAME = 'kubernetes.io/metadata.name';

/** What is sent of an archived object where another is live; null: the archived one alone. */
function merged(type: string, archived: object, live: object, whole = true, project: string | null = null) {
  const ours = restored(item(type, project, 'x', { ...archived }), OPTIONS).item;
  const found = mergedIntoShared(ours, item(type, project, 'x', { ...live }).fields, OPTIONS, whole);
  return found === null ? null : json(found);
}

const account = (namespace: string, name = 'web') => ({ kind: 'ServiceAccount', name, namespace });
const subjects = (...names: string[]) => ({ subjects: names.map((name) => account(name)) });

for (const [name, archived, live, after] of [
  ['the copy comes to what is live', ['shop'], ['shop'], ['shop', 'copy']],
  ['another copy stays', ['shop'], ['shop', 'first-copy'], ['shop', 'first-copy', 'copy']],
  ['what was taken away since stays away', ['shop', 'bank'], ['shop'], ['shop', 'copy']],
  ['what is live already does not come twice', ['shop'], ['shop', 'copy'], ['shop', 'copy']],
  ['an earlier copy in the archive does not come twice', ['shop', 'copy'], ['shop'], ['shop', 'copy']],
  ['the first project does not come back', ['shop'], [], ['copy']],
] as const) {
  test(`subjects: ${name}`, () => {
    assert.deepEqual(merged(BINDING, subjects(...archived), subjects(...live))?.subjects, [
      ...after.map((each) => account(each)),
    ]);
  });
}

test('an object that names no project of the copy is the archived one alone', () => {
  assert.equal(merged(BINDING, subjects('bank'), subjects('shop')), null);
  const given = restored(item(BINDING, null, 'x', subjects('shop'))).item;
  assert.equal(mergedIntoShared(given, given.fields, PLAIN, true), null);
  assert.equal(merged('configmaps', { data: { a: 'shop' } }, {}), null);
});

test('the rest is as in the archive, or as it is there', () => {
  const archived = { ...subjects('shop'), metadata: { labels: { a: 'archived' } } };
  const live = { ...subjects('shop'), metadata: { labels: { a: 'live' }, uid: 'x', resourceVersion: '1' } };
  assert.deepEqual(merged(BINDING, archived, live)?.metadata, { name: 'x', labels: { a: 'archived' } });
  assert.deepEqual(merged(BINDING, archived, live, false), {
    ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Any' },
    metadata: { name: 'x', labels: { a: 'live' } },
    ...subjects('shop', 'copy'),
  });
});

test('rules of a policy of another project: those that let the copy in', () => {
  const from = (name: string) => ({ from: [{ namespaceSelector: { matchLabels: { [NAME]: name } } }] });
  const spec = (...names: string[]) => ({ spec: { ingress: names.map(from) } });
  const after = merged(POLICY, spec('shop', 'gone'), spec('shop', 'new'), true, 'bank');
  assert.deepEqual(at(after, 'spec', 'ingress'), ['shop', 'new', 'copy'].map(from));
});

const labelled = (name: string, more: object = {}) => ({ matchLabels: { [NAME]: name, ...more } });
const expressed = (operator: string, ...values: string[]) => ({
  matchExpressions: [{ key: NAME, operator, values }],
});

for (const [name, archived, live, after] of [
  ['listed', expressed('In', 'shop', 'bank'), expressed('In', 'shop'), expressed('In', 'shop', 'copy')],
  ['excluded', expressed('NotIn', 'shop'), expressed('NotIn', 'shop'), expressed('NotIn', 'shop', 'copy')],
  ['by a label', labelled('shop'), labelled('shop'), expressed('In', 'shop', 'copy')],
  ['by a label live', expressed('In', 'shop'), labelled('shop'), expressed('In', 'shop', 'copy')],
  ['selected already', labelled('shop'), expressed('In', 'shop', 'copy'), expressed('In', 'shop', 'copy')],
  [
    'with another label',
    labelled('shop', { a: 'b' }),
    labelled('shop', { a: 'b' }),
    { matchLabels: { a: 'b' }, ...expressed('In', 'shop', 'copy') },
  ],
  [
    'with another label in one of them',
    labelled('shop', { a: 'b' }),
    labelled('shop'),
    labelled('copy', { a: 'b' }),
  ],
  [
    'listed here, excluded live',
    expressed('In', 'shop'),
    expressed('NotIn', 'shop'),
    expressed('In', 'copy'),
  ],
] as const) {
  test(`a webhook's selector of namespaces: ${name}`, () => {
    const webhooks = (namespaceSelector: object) => ({
      webhooks: [{ name: 'other' }, { name: 'hook', namespaceSelector }],
    });
    const sent = merged(WEBHOOKS, webhooks(archived), {
      webhooks: webhooks(live).webhooks.toReversed(),
    });
    const selector = at(sent, 'webhooks', 1, 'namespaceSelector');
    assert.deepEqual(selector, after);
  });
}
