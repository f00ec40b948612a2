import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseValue } from '../../src/json/parse-value.ts';
import { isList } from '../../src/json/value.ts';
import { at } from '../support/kube-object.ts';
import { item, restored } from './items.ts';

// Pod Security labels: those that cluster-policy-controller keeps are left to it, all others are somebody's.

const SYNC = 'security.openshift.io/scc.podSecurityLabelSync';
const LEVEL = 'security.openshift.io/MinimallySufficientPodSecurityStandard';
const label = (mode: string) => `pod-security.kubernetes.io/${mode}`;
const LABELS = {
  [label('audit')]: 'restricted',
  [label('audit-version')]: 'latest',
  [label('warn')]: 'baseline',
  [label('enforce')]: 'restricted',
};

type Labels = Readonly<Record<string, string>>;

function labelsOf(labels: Labels, annotations: Labels, owned: readonly string[] | null): unknown {
  const given = item('namespaces', null, 'shop', { metadata: { labels, annotations } });
  if (owned === null) return at(restored(given).object, 'metadata', 'labels');
  const keys = Object.fromEntries(owned.map((key) => [`f:${key}`, {}]));
  const managedFields = parseValue(
    Buffer.from(
      JSON.stringify([
        {
          manager: 'pod-security-admission-label-synchronization-controller',
          operation: 'Apply',
          fieldsV1: { 'f:metadata': { 'f:labels': keys } },
        },
      ]),
    ),
  );
  assert(isList(managedFields));
  return at(restored({ ...given, managedFields }).object, 'metadata', 'labels');
}

test('without OpenShift they stay', () => {
  assert.deepEqual(labelsOf(LABELS, {}, null), LABELS);
});

test('with sync switched off they stay', () => {
  const labels = { ...LABELS, [SYNC]: 'false' };
  assert.deepEqual(labelsOf(labels, { [LEVEL]: 'restricted' }, null), labels);
});

test('with sync switched on all of them go', () => {
  assert.deepEqual(labelsOf({ ...LABELS, [SYNC]: 'true' }, {}, null), { [SYNC]: 'true' });
});

test('by default those go that equal what the controller computed, but never enforce', () => {
  assert.deepEqual(labelsOf(LABELS, { [LEVEL]: 'restricted' }, null), {
    [label('warn')]: 'baseline',
    [label('enforce')]: 'restricted',
  });
});

test('where the archive knows the managers, those go that the controller owns', () => {
  const { [label('warn')]: _, ...others } = LABELS;
  assert.deepEqual(labelsOf(LABELS, { [LEVEL]: 'restricted' }, [label('warn')]), others);
  assert.deepEqual(labelsOf({ ...LABELS, [SYNC]: 'true' }, {}, []), { ...LABELS, [SYNC]: 'true' });
});
