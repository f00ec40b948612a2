import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scope } from '../../src/plan/scope.ts';
import { selectionOf, unmatchedPatterns } from '../../src/plan/selection.ts';
import { DEFAULT_EXCLUSIONS } from '../../src/types/default-exclusions.ts';
import { type ResourceType, typeName } from '../../src/types/resource-type.ts';
import { EVERYTHING } from './everything.ts';

function type(resource: string, group = '', more: Partial<ResourceType> = {}): ResourceType {
  return {
    name: typeName(group, resource),
    group,
    version: 'v1',
    resource,
    singular: resource.replace(/s$/, ''),
    shortNames: [],
    kind: 'Any',
    namespaced: true,
    ...more,
  };
}

const configMaps = type('configmaps', '', { shortNames: ['cm'] });
const nodes = type('nodes', '', { namespaced: false });
const namespaces = type('namespaces', '', { namespaced: false });
const why = (scope: Partial<Scope>, asked: ResourceType) =>
  selectionOf({ ...EVERYTHING, ...scope }, [asked, configMaps, nodes]).whyExcluded(asked);

test('without options everything is in, but what is left out by default', () => {
  assert.equal(why({}, configMaps), null);
  assert.equal(why({}, nodes), null);
  assert.match(why({}, type('events')) ?? '', /^by default: .*; --include events adds it$/);
});

for (const { pattern } of DEFAULT_EXCLUSIONS) {
  test(`${pattern} is left out, until it is named or all of them are taken in`, () => {
    const [resource = '', ...group] = pattern.replace('*', 'anything').split('.');
    const asked = type(resource, group.join('.'));
    assert.match(why({}, asked) ?? '', /^by default/);
    assert.equal(why({ resources: [asked.name] }, asked), null);
    assert.equal(why({ include: [asked.name] }, asked), null);
    assert.equal(why({ include: [pattern] }, asked), null);
    assert.equal(why({ includeDefaultExcluded: true }, asked), null);
    assert.equal(
      why({ includeDefaultExcluded: true, excludeResources: ['*'] }, asked),
      'by --exclude-resource',
    );
  });
}

test('--include adds what it names and narrows nothing', () => {
  const events = type('events', '', { shortNames: ['ev'] });
  for (const include of ['events', 'ev', 'event', 'EV', 'even*']) {
    assert.equal(why({ include: [include] }, events), null, include);
    assert.equal(why({ include: [include] }, configMaps), null, include);
  }
  assert.match(why({ include: ['events'] }, type('leases', 'coordination.k8s.io')) ?? '', /^by default/);
  assert.equal(why({ include: ['events'], resources: ['configmaps'] }, events), null);
  assert.equal(why({ include: ['events'], resources: ['configmaps'] }, nodes), 'not among --resource');
  assert.equal(why({ include: ['events'], excludeResources: ['ev'] }, events), 'by --exclude-resource');
  assert.equal(why({ include: ['secrets'], secrets: false }, type('secrets')), 'by --no-secrets');
  assert.match(
    why({ include: ['nodes'], projects: ['shop'] }, nodes) ?? '',
    /^cluster-scoped, and --project narrows the scope/,
  );
});

const deployments = type('deployments', 'apps', { shortNames: ['deploy'], kind: 'Deployment' });

for (const word of [
  'deployments.apps',
  'deployments',
  'deployment',
  'Deployment',
  'deploy',
  'deployment.apps',
  'deploy.apps',
  'deployments.v1.apps',
  'deploy.v1.apps',
  'deployment.app',
  'DEPLOY.APPS',
]) {
  test(`${word} means deployments.apps, as it does to kubectl`, () => {
    assert.equal(why({ resources: [word] }, deployments), null);
    assert.equal(why({ excludeResources: [word] }, deployments), 'by --exclude-resource');
    assert.deepEqual(
      unmatchedPatterns(
        { ...EVERYTHING, resources: [word], excludeResources: [word], include: [word] },
        [deployments],
        [],
      ),
      [],
    );
  });
}

test('a word that no type has means none', () => {
  for (const word of ['deployments.v2.apps', 'deployments.extensions', 'deploys', 'deploy.'])
    assert.equal(why({ resources: [word] }, deployments), 'not among --resource', word);
});

test('of types that share a name that of the core group is meant', () => {
  const metrics = type('pods', 'metrics.k8s.io');
  const selection = selectionOf({ ...EVERYTHING, excludeResources: ['pods'] }, [metrics, type('pods')]);
  assert.equal(selection.whyExcluded(type('pods')), 'by --exclude-resource');
  assert.match(selection.whyExcluded(metrics) ?? '', /^by default/);
});

test('types whose names are only alike are not left out', () => {
  for (const alike of [
    type('events', 'example.com'),
    type('leases', 'example.com'),
    type('roles', 'rbac.authorization.k8s.io'),
  ])
    assert.equal(why({}, alike), null, alike.name);
});

test('--exclude-resource goes before --resource, and --no-secrets before both', () => {
  assert.equal(
    why({ resources: ['cm'], excludeResources: ['configmaps'] }, configMaps),
    'by --exclude-resource',
  );
  assert.equal(why({ resources: ['secrets'], secrets: false }, type('secrets')), 'by --no-secrets');
  assert.equal(why({ secrets: false }, type('secrets', 'example.com')), null);
  assert.equal(why({ resources: ['pods'] }, configMaps), 'not among --resource');
});

test('cluster-scoped types go when projects are chosen, but not their Namespace objects', () => {
  const chosen = { projects: ['shop'] };
  assert.match(why(chosen, nodes) ?? '', /--cluster-resources yes adds it$/);
  assert.equal(why(chosen, namespaces), null);
  assert.equal(why({ ...chosen, clusterResources: 'yes' }, nodes), null);
  assert.equal(why({ excludeProjects: ['shop'] }, nodes), null);
  assert.equal(why({ clusterResources: 'no' }, nodes), 'by --cluster-resources no');
  assert.equal(why({ clusterResources: 'no' }, namespaces), 'by --cluster-resources no');
});

test('projects', () => {
  const { hasProject, narrowsProjects } = selectionOf(
    { ...EVERYTHING, projects: ['a*'], excludeProjects: ['ab'] },
    [],
  );
  assert.deepEqual(['a', 'ab', 'abc', 'b'].filter(hasProject), ['a', 'abc']);
  assert(narrowsProjects);
  assert(!selectionOf(EVERYTHING, []).narrowsProjects);
  assert(selectionOf(EVERYTHING, []).hasProject('anything'));
});

test('patterns that match nothing are named, but not those that may mean a type of a broken group', () => {
  const scope = {
    ...EVERYTHING,
    resources: ['cm', 'nix', '*.down.example.com'],
    excludeResources: ['no*', 'x.down.example.com'],
    include: ['leases.*', '*.down.example.com'],
  };
  assert.deepEqual(unmatchedPatterns(scope, [configMaps, nodes], ['down.example.com']), ['nix']);
  assert.equal(unmatchedPatterns(scope, [configMaps, nodes], []).length, 5);
});
