import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupChoice } from '../../src/plan/group-choice.ts';
import type { Scope } from '../../src/plan/scope.ts';
import { DEFAULT_EXCLUSIONS, TYPES_OF_GROUP } from '../../src/types/default-exclusions.ts';
import { globMatcher } from '../../src/words/glob.ts';
import { EVERYTHING } from './everything.ts';

const choice = (group: string, scope: Partial<Scope> = {}) => groupChoice({ ...EVERYTHING, ...scope })(group);

test('a group that is backed up is left out by a pattern for all of it alone', () => {
  const group = (scope: Partial<Scope>) => choice('down.example.com', scope);
  assert.equal(group({}), null);
  assert.equal(group({ excludeResources: ['*.down.example.com'] }), 'by --exclude-resource');
  assert.equal(group({ excludeResources: ['*.example.com'] }), 'by --exclude-resource');
  assert.equal(group({ excludeResources: ['things.down.example.com'] }), null);
  assert.equal(group({ resources: ['pods'] }), 'not among --resource');
  assert.equal(group({ resources: ['things.down.example.com'] }), null);
  assert.equal(group({ resources: ['*'] }), null);
  assert.equal(group({ resources: ['pods'], include: ['things.down.example.com'] }), null);
});

test('whatever may mean a type of a group asks for the group', () => {
  for (const pattern of [
    't*',
    't*.down.*',
    '*.{up,down}.example.com',
    'things.down',
    'things.v1.down.example.com',
  ])
    assert.equal(choice('down.example.com', { resources: [pattern] }), null, pattern);
  for (const pattern of [
    'things',
    'things.up',
    't*.up.*',
    '*.more.down.example.com',
    'things.v1.example.com',
  ])
    assert.equal(choice('down.example.com', { resources: [pattern] }), 'not among --resource', pattern);
});

test('--include with a glob over groups means none that happens to be down', () => {
  const scope = { resources: ['pods'], include: ['leases.*'] };
  assert.equal(choice('down.example.com', scope), 'not among --resource');
  assert.match(choice('metrics.k8s.io', { include: ['leases.*'] }) ?? '', /^by default/);
  assert.equal(choice('metrics.k8s.io', { include: ['n*.metrics.k8s.io'] }), null);
});

test('a group of which every type is left out by default is left out', () => {
  for (const group of ['metrics.k8s.io', 'custom.metrics.k8s.io', 'external.metrics.k8s.io']) {
    assert.equal(choice(group), `by default: current measurements; --include "*.${group}" adds it`);
  }
  assert.match(choice('project.openshift.io') ?? '', /^by default: mirrors namespaces; /);
  assert.match(choice('packages.operators.coreos.com') ?? '', /^by default: /);
});

test('a group of which some type is backed up is not', () => {
  for (const group of ['image.openshift.io', 'authorization.openshift.io', 'quota.openshift.io', 'apps', ''])
    assert.equal(choice(group), null);
});

test('who asks for what is left out by default asks for its group', () => {
  assert.equal(choice('metrics.k8s.io', { includeDefaultExcluded: true }), null);
  assert.equal(choice('metrics.k8s.io', { include: ['nodes.metrics.k8s.io'] }), null);
  assert.equal(choice('metrics.k8s.io', { include: ['*'] }), null);
  assert.equal(choice('metrics.k8s.io', { resources: ['pods.metrics.k8s.io'] }), null);
  assert.equal(choice('project.openshift.io', { include: ['projects.project.openshift.io'] }), null);
  assert.match(choice('metrics.k8s.io', { resources: ['*'] }) ?? '', /^by default/);
});

test('exclusions by option and by default add up', () => {
  const rest = ['projects.project.openshift.io', 'projectrequests.project.openshift.io'];
  assert.equal(
    choice('project.openshift.io', { excludeResources: rest, includeDefaultExcluded: true }),
    'by --exclude-resource',
  );
  const [one = ''] = rest;
  assert.equal(
    choice('project.openshift.io', { excludeResources: [one], includeDefaultExcluded: true }),
    null,
  );
});

test('the table of whole groups holds types with a row of their own alone', () => {
  const matches = globMatcher(DEFAULT_EXCLUSIONS.map(({ pattern }) => pattern));
  for (const [group, types] of Object.entries(TYPES_OF_GROUP))
    for (const type of types) assert(matches(`${type}.${group}`), `${type}.${group}`);
});
