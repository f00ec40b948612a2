import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Access,
  type LeftOut,
  missingRules,
  type Plan,
  type PlannedList,
  planType,
} from '../../src/plan/plan.ts';
import { type ResourceType, typeName } from '../../src/types/resource-type.ts';

function type(resource: string, group = '', namespaced = true): ResourceType {
  const name = typeName(group, resource);
  return { name, group, version: 'v1', resource, singular: '', shortNames: [], kind: 'Any', namespaced };
}

const pods = type('pods');
const nodes = type('nodes', '', false);
const CLUSTER: Access = { kind: 'cluster' };
const SIX = ['a', 'b', 'c', 'd', 'e', 'f'];

const listed = (row: PlannedList | LeftOut) => ('scope' in row ? [row.scope, row.projects] : row.reason);

test('a type that may be listed everywhere is listed once', () => {
  assert.deepEqual(listed(planType(pods, CLUSTER, null, 0)), ['cluster', []]);
  assert.deepEqual(listed(planType(nodes, CLUSTER, ['a'], 1)), ['cluster', []]);
});

test('in a few chosen projects it is listed in each of them, for many again at once', () => {
  assert.deepEqual(listed(planType(pods, CLUSTER, ['a', 'b'], 2)), ['projects', ['a', 'b']]);
  assert.deepEqual(listed(planType(pods, CLUSTER, SIX.slice(1), 5)), ['projects', SIX.slice(1)]);
  assert.deepEqual(listed(planType(pods, CLUSTER, SIX, 6)), ['cluster', []]);
});

test('a type that may be listed in some projects is listed there', () => {
  const access: Access = { kind: 'projects', projects: SIX };
  assert.deepEqual(listed(planType(pods, access, null, 9)), ['projects', SIX]);
});

test('a denied type says where it was tried', () => {
  const denied = (asked: ResourceType, projects: number) =>
    listed(planType(asked, { kind: 'denied' }, null, projects));
  assert.equal(denied(pods, 0), 'verb list is denied cluster-wide, and no project is known');
  assert.equal(denied(pods, 1), 'verb list is denied cluster-wide and in the project');
  assert.equal(denied(pods, 7), 'verb list is denied cluster-wide and in each of 7 projects');
  assert.equal(denied(nodes, 7), 'verb list is denied');
  assert.equal(listed(planType(pods, { kind: 'projects', projects: [] }, null, 1)), denied(pods, 1));
});

test('what a role would have to add: a rule for each API group, of what was denied only', () => {
  const row = (asked: ResourceType | null, outcome: LeftOut['outcome']): LeftOut => ({
    name: asked?.name ?? '*.down.example.com',
    type: asked,
    outcome,
    reason: '',
  });
  const plan: Plan = {
    projects: { names: [], source: 'none' },
    lists: [{ type: type('routes', 'route.openshift.io'), scope: 'cluster', projects: [] }],
    leftOut: [
      row(type('secrets'), 'denied'),
      row(type('deployments', 'apps'), 'denied'),
      row(nodes, 'denied'),
      row(type('events'), 'excluded'),
      row(null, 'failed'),
    ],
  };
  assert.deepEqual(missingRules(plan), [
    { apiGroups: [''], resources: ['nodes', 'secrets'], verbs: ['list'] },
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] },
  ]);
  assert.deepEqual(missingRules({ ...plan, leftOut: [] }), []);
});
