import assert from 'node:assert/strict';
import { Agent } from 'node:https';
import { test } from 'node:test';
import type { Take } from '../../src/cluster/answer.ts';
import { ApiError } from '../../src/cluster/api-error.ts';
import { Client } from '../../src/cluster/client.ts';
import type { Credentials } from '../../src/cluster/credentials.ts';
import { makePlan } from '../../src/cluster/planning.ts';
import type { Scope } from '../../src/plan/scope.ts';
import { EVERYTHING } from '../plan/everything.ts';
import { at, textAt } from '../support/kube-object.ts';

/** What the identity may do: `VERB RESOURCE`, or `VERB RESOURCE PROJECT` in one project only. */
type Permissions = ReadonlySet<string>;

const CREDENTIALS: Credentials = {
  server: new URL('https://127.0.0.1:1'),
  origin: 'a test',
  isPod: false,
  namespace: 'own',
  request: async () => ({ agent: new Agent(), headers: {} }),
  warnings: [],
  reload: () => {},
  close: () => {},
};

const PROJECTS = ['api', 'shop', 'shop-test', 'web'];
const TYPES = [
  { group: '', resource: 'configmaps', kind: 'ConfigMap', scope: 'Namespaced' },
  { group: '', resource: 'events', kind: 'Event', scope: 'Namespaced' },
  { group: '', resource: 'namespaces', kind: 'Namespace', scope: 'Cluster' },
  { group: '', resource: 'nodes', kind: 'Node', scope: 'Cluster' },
  { group: '', resource: 'secrets', kind: 'Secret', scope: 'Namespaced' },
  { group: 'apps', resource: 'deployments', kind: 'Deployment', scope: 'Namespaced' },
] as const;

/** Answers from memory as an API server with these projects and types, and an API `*.down.example.com` without server. */
class AnsweringClient extends Client {
  readonly asked: string[] = [];
  readonly #permissions: Permissions;

  constructor(...permissions: readonly string[]) {
    const { signal } = new AbortController();
    super(CREDENTIALS, { requestTimeout: 1000, retryFor: 0, userAgent: 'test', signal });
    this.#permissions = new Set(permissions);
  }

  override async get(path: string, accept?: string): Promise<unknown> {
    this.asked.push(path);
    if (accept === undefined) return { groups: [{ name: 'apps' }, { name: 'down.example.com' }] };
    const groups = path === '/api' ? [''] : ['apps'];
    const items: object[] = groups.map((group) => ({
      metadata: { name: group },
      versions: [{ version: 'v1', resources: TYPES.filter((each) => each.group === group).map(described) }],
    }));
    const down = { version: 'v1', freshness: 'Stale', resources: [] };
    if (path === '/apis') items.push({ metadata: { name: 'down.example.com' }, versions: [down] });
    return { kind: 'APIGroupDiscoveryList', items };
  }

  override async post(path: string, body: unknown): Promise<unknown> {
    // An authorizer that cannot list its rules; then each type is reviewed.
    if (path.endsWith('selfsubjectrulesreviews')) return { status: { incomplete: true } };
    const attributes = at(body, 'spec', 'resourceAttributes');
    const action = `${textAt(attributes, 'verb')} ${textAt(attributes, 'resource')}`;
    const project = at(attributes, 'namespace');
    this.asked.push(project === undefined ? action : `${action} ${project}`);
    const allowed = this.#permissions.has(action) || this.#permissions.has(`${action} ${project}`);
    return { status: { allowed } };
  }

  override async stream(path: string, take: Take): Promise<void> {
    this.asked.push(path);
    if (!this.#permissions.has('list namespaces')) throw new ApiError('GET', path, 403, 'Forbidden', null);
    const items = PROJECTS.map((name) => ({ metadata: { name } }));
    await take(Buffer.from(JSON.stringify({ kind: 'NamespaceList', apiVersion: 'v1', metadata: {}, items })));
  }
}

function described({ resource, kind, scope }: (typeof TYPES)[number]) {
  return { resource, scope, responseKind: { kind }, singularResource: '', verbs: ['get', 'list'] };
}

const ALL = TYPES.map(({ resource }) => `list ${resource}`);

async function planned(client: AnsweringClient, scope: Partial<Scope> = {}) {
  const { plan, warnings } = await makePlan(client, { ...EVERYTHING, ...scope });
  return {
    projects: plan.projects,
    lists: plan.lists.map(({ type, scope, projects }) => [type.name, scope, ...projects].join(' ')),
    leftOut: plan.leftOut.map(({ name, outcome }) => `${name} ${outcome}`),
    warnings,
  };
}

test('an identity that may list everything: one list for each type, and projects are not listed', async () => {
  const client = new AnsweringClient(...ALL);
  assert.deepEqual(await planned(client), {
    projects: { names: [], source: 'none' },
    lists: [
      'configmaps cluster',
      'deployments.apps cluster',
      'namespaces cluster',
      'nodes cluster',
      'secrets cluster',
    ],
    leftOut: ['*.down.example.com failed', 'events excluded'],
    warnings: [],
  });
  assert.ok(!client.asked.some((each) => each.startsWith('/api/v1/')), client.asked.join(', '));
});

test('types that options exclude need no permission', async () => {
  const client = new AnsweringClient(...ALL);
  const { lists, leftOut } = await planned(client, { secrets: false, excludeResources: ['nodes', '*.apps'] });
  assert.deepEqual(lists, ['configmaps cluster', 'namespaces cluster']);
  assert.deepEqual(leftOut, [
    '*.down.example.com failed',
    'deployments.apps excluded',
    'events excluded',
    'nodes excluded',
    'secrets excluded',
  ]);
  assert.deepEqual(
    client.asked.filter((each) => /events|nodes|secrets|deployments/.test(each)),
    [],
  );
});

test('an API without a server is no failure if its types are left out', async () => {
  for (const scope of [{ excludeResources: ['*.down.example.com'] }, { resources: ['configmaps'] }]) {
    const { leftOut, warnings } = await planned(new AnsweringClient(...ALL), scope);
    assert.ok(leftOut.includes('*.down.example.com excluded'), leftOut.join(', '));
    assert.deepEqual(warnings, []);
  }
});

test('a type that is denied in the whole cluster is listed in the projects that allow it', async () => {
  const client = new AnsweringClient('list namespaces', 'list configmaps web', 'list configmaps api');
  const { projects, lists, leftOut } = await planned(client);
  assert.deepEqual(projects, { names: PROJECTS, source: 'namespaces' });
  assert.deepEqual(lists, ['configmaps projects api web', 'namespaces cluster']);
  assert.deepEqual(leftOut, [
    '*.down.example.com failed',
    'deployments.apps denied',
    'events excluded',
    'nodes denied',
    'secrets denied',
  ]);
  // A project cannot allow what is outside of it.
  assert.deepEqual(
    client.asked.filter((each) => each.includes('nodes')),
    ['list nodes'],
  );
});

test('an identity that knows no projects is asked about its own, whose Namespace it needs to read only', async () => {
  const client = new AnsweringClient('get namespaces own', 'list secrets own');
  const { projects, lists } = await planned(client);
  assert.deepEqual(projects, { names: ['own'], source: 'own' });
  assert.deepEqual(lists, ['namespaces projects own', 'secrets projects own']);
});

test('an identity that knows no projects is asked about those that --project names', async () => {
  const client = new AnsweringClient('list secrets shop');
  const { projects, lists } = await planned(client, { projects: ['shop', 'web-*'] });
  assert.deepEqual(projects, { names: ['shop'], source: 'options' });
  assert.deepEqual(lists, ['secrets projects shop']);
});

test('--project: the types of its projects are listed there, those of the cluster not at all', async () => {
  const { projects, lists, leftOut } = await planned(new AnsweringClient(...ALL), {
    projects: ['shop*'],
    excludeProjects: ['*-test'],
  });
  assert.deepEqual(projects.names, ['shop']);
  assert.deepEqual(lists, [
    'configmaps projects shop',
    'deployments.apps projects shop',
    'namespaces cluster',
    'secrets projects shop',
  ]);
  assert.ok(leftOut.includes('nodes excluded'));
});

test('words of options that match nothing are warnings, but not if they may mean a type of an API without server', async () => {
  const { warnings } = await planned(new AnsweringClient(...ALL), {
    projects: ['shpo'],
    resources: ['configmap', 'deploymnets', 'things.down.example.com'],
    excludeResources: ['*.down.example.com', '*.nope.example.com'],
  });
  assert.deepEqual(warnings, [
    'no resource type of this cluster matches "deploymnets"',
    'no resource type of this cluster matches "*.nope.example.com"',
    'no project of this cluster matches "shpo"',
  ]);
});
