import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { apply, atTheEnd, attempt, kubectl, project, run, storageClass } from './cluster.ts';
import { Release } from './release.ts';

// What an archive holds is compared with what kubectl says the same service account may list.

const TEAMS = ['e2e-team-a', 'e2e-team-b'];
const OUTSIDE = 'e2e-outside';

/** Left out by default, since they mirror others or never stand still; docs/design.md has the reasons. */
const EXCLUDED = /^(events|componentstatuses|endpointslices|leases|.*\.metrics\.k8s\.io)(\.|$)/;

/** Come and go while the test looks: the pods and jobs of the backup itself. */
const RESTLESS = /^(pods|jobs\.batch|replicasets\.apps|resourceslices\.resource\.k8s\.io)$/;

const scopes = [
  {
    title: 'scope cluster',
    name: 'e2e-cluster',
    values: { 'rbac.scope': 'cluster', 'rbac.secrets': true },
    secrets: true,
    projects: 'all',
  },
  {
    title: 'scope cluster without secrets',
    name: 'e2e-nosecrets',
    values: { 'rbac.scope': 'cluster', 'rbac.secrets': false },
    secrets: false,
    projects: 'all',
  },
  {
    title: 'scope projects',
    name: 'e2e-projects',
    values: { 'rbac.scope': 'projects', 'rbac.projects': TEAMS, 'rbac.secrets': true },
    secrets: true,
    projects: TEAMS,
  },
  {
    title: 'scope projects without secrets',
    name: 'e2e-bare',
    values: { 'rbac.scope': 'projects', 'rbac.projects': TEAMS, 'rbac.secrets': false },
    secrets: false,
    projects: TEAMS,
  },
] as const;

before(async () => {
  for (const name of [...TEAMS, OUTSIDE]) {
    await project(name);
    await apply(
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'settings', namespace: name },
        data: { a: '1' },
      },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'password', namespace: name },
        stringData: { b: '2' },
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name: 'looks', namespace: name },
        rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
      },
    );
  }
});

for (const { title, name, values, secrets, projects } of scopes)
  suite(title, () => {
    const release = new Release(name, name);
    let archive: Archive;

    before(async () => {
      await project(name);
      const volumes = await storageClass(name);
      atTheEnd(() =>
        kubectl(
          'delete',
          'clusterrole,clusterrolebinding',
          '--selector',
          `app.kubernetes.io/instance=${name}`,
        ),
      );
      await release.install({ schedule: '0 0 1 1 *', ...values }, volumes);
      await release.start('night');
      const { type, log } = await release.ended('night');
      assert.equal(type, 'Complete', log);
      archive = await contents(release);
    });

    test('the archive holds every type that this account may list, and no other', async () => {
      const account = `system:serviceaccount:${name}:${name}`;
      assert.deepEqual(archive, await visible(account, projects === 'all' ? null : projects, archive));
    });

    test(`the archive holds ${secrets ? 'the' : 'no'} Secrets`, () => {
      const files = [...archive.keys()].filter((file) => /\/secrets$/.test(file));
      assert.equal(files.includes(`${TEAMS[0]}/secrets`), secrets);
      if (!secrets) assert.deepEqual(files, []);
    });

    test(`the archive holds ${projects === 'all' ? 'other projects too' : 'these projects alone'}`, () => {
      assert.equal(archive.has(`${TEAMS[1]}/configmaps`), true);
      assert.equal(archive.has(`${OUTSIDE}/configmaps`), projects === 'all');
      assert.equal(archive.has('_cluster/clusterroles.rbac.authorization.k8s.io'), projects === 'all');
    });
  });

/** Names of objects by `PROJECT/TYPE`, or `_cluster/TYPE`. */
type Archive = Map<string, string[]>;

/** The newest archive, copied out and unzipped. */
async function contents(release: Release): Promise<Archive> {
  const directory = await mkdtemp(join(tmpdir(), 'openshift-backup-e2e-'));
  try {
    const name = (await release.archives())[0]?.archive ?? '';
    const zip = join(directory, name);
    await release.kubectl('cp', `${await release.retrievalPod()}:/openshift-backup/${name}`, zip);
    await run('unzip', ['-q', zip, '-d', join(directory, 'it')]);
    const found: Archive = new Map();
    for (const file of await readdir(join(directory, 'it'), { recursive: true })) {
      if (!file.endsWith('.json') || file === 'manifest.json' || /(^|\/)_/.test(file)) continue;
      const { items } = JSON.parse(await readFile(join(directory, 'it', file), 'utf8'));
      const key = file.includes('/') ? file : `_cluster/${file}`;
      found.set(
        key.replace(/\.json$/, ''),
        items.map((item: Item) => item.metadata.name),
      );
    }
    return sorted(found);
  } finally {
    await rm(directory, { recursive: true });
  }
}

interface Item {
  metadata: { name: string; namespace?: string };
  type?: string;
}

/**
 * What kubectl shows to `account` (in `projects`, or everywhere), in the same form. Types that do not stand still
 * are taken from `archive`.
 */
async function visible(
  account: string,
  projects: readonly string[] | null,
  archive: Archive,
): Promise<Archive> {
  const found: Archive = new Map();
  const add = (type: string, items: Item[]) => {
    for (const { metadata, type: secretType } of items) {
      if (secretType === 'kubernetes.io/service-account-token') continue;
      const key = `${metadata.namespace ?? '_cluster'}/${type}`;
      found.set(key, [...(found.get(key) ?? []), metadata.name]);
    }
  };
  for (const namespaced of [true, false]) {
    const types = await kubectl(
      'api-resources',
      '--verbs=list',
      '--output=name',
      `--namespaced=${namespaced}`,
    );
    for (const type of types.trim().split('\n')) {
      if (EXCLUDED.test(type) || RESTLESS.test(type)) continue;
      for (const where of namespaced && projects
        ? projects.map((name) => ['--namespace', name])
        : [['--all-namespaces']]) {
        const asked = await attempt('kubectl', [
          'get',
          type,
          ...where,
          `--as=${account}`,
          '--output',
          'json',
        ]);
        if (asked.status === 0) add(type, JSON.parse(asked.stdout).items);
        else assert.match(asked.stderr, /Forbidden/);
      }
    }
  }
  // A project's own Namespace may be read where it may not be listed.
  for (const name of projects ?? []) add('namespaces', [{ metadata: { name } }]);
  for (const [key, names] of archive)
    if (RESTLESS.test(key.slice(key.indexOf('/') + 1))) found.set(key, names);
  return sorted(found);
}

function sorted(archive: Archive): Archive {
  return new Map(
    [...archive].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, names]) => [key, names.sort()]),
  );
}
