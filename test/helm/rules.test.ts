import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, type KubeObject, listAt } from '../support/kube-object.ts';
import { render, the } from './helm.ts';
import { MATRIX } from './matrix.ts';

const ROLES = ['Role', 'ClusterRole'];
const BINDINGS = ['RoleBinding', 'ClusterRoleBinding'];
const SECRET_READER = 'cluster-backup:nightly-openshift-backup-secret-reader';

const strings = (value: unknown, key: string) => listAt(value, key).map(String);
const rolesOf = (objects: readonly KubeObject[]) => objects.filter(({ kind }) => ROLES.includes(kind));
const namesOf = (objects: readonly KubeObject[], kinds: readonly string[]) =>
  objects
    .filter(({ kind }) => kinds.includes(kind))
    .map(
      ({ kind, metadata: { name, namespace } }) =>
        `${kind} ${namespace ?? ''}/${name.replace('cluster-backup:nightly-openshift-backup', '…')}`,
    )
    .sort();

/** Whether a rule lets Secrets be read: by name, or by a wildcard that holds them. */
function holdsSecrets(rule: unknown): boolean {
  const groups = strings(rule, 'apiGroups');
  const resources = strings(rule, 'resources');
  const core = groups.includes('') || groups.includes('*');
  return core && (resources.includes('*') || resources.some((each) => /^(secrets|\*)(\/|$)/.test(each)));
}

describe('with every choice of values', () => {
  for (const [name, rendering] of Object.entries(MATRIX)) {
    it(`no rule has a verb but get and list, reads Secrets by the way, or opens a shell: ${name}`, async () => {
      const objects = await render(rendering);
      for (const role of rolesOf(objects)) {
        assert.equal(role.aggregationRule, undefined, 'rules that others add cannot be known');
        assert.notEqual(listAt(role, 'rules').length, 0, role.metadata.name);
        for (const rule of listAt(role, 'rules')) {
          const told = `${role.metadata.name}: ${JSON.stringify(rule)}`;
          assert.deepEqual(strings(rule, 'verbs'), ['get', 'list'], told);
          assert.deepEqual(Object.keys(rule as object).sort(), ['apiGroups', 'resources', 'verbs'], told);
          assert(!strings(rule, 'apiGroups').includes('*'), told);
          assert.equal(holdsSecrets(rule), role.metadata.name.endsWith('-secret-reader'), told);
          // A GET on pods/exec, pods/portforward or …/proxy does what only POST does elsewhere.
          assert(!strings(rule, 'resources').some((each) => each.includes('/')), told);
          for (const group of ['image.openshift.io', 'oauth.openshift.io'])
            assert(!strings(rule, 'apiGroups').includes(group), told);
        }
      }
    });

    it(`bindings are for our account alone, and lead to roles that read: ${name}`, async () => {
      const objects = await render(rendering);
      const account = String(at(the(objects, 'Pod').spec, 'serviceAccountName'));
      const ours = rolesOf(objects).map(
        ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
      );
      for (const binding of objects.filter(({ kind }) => BINDINGS.includes(kind))) {
        const subject = { kind: 'ServiceAccount', name: account, namespace: 'cluster-backup' };
        assert.deepEqual(binding.subjects, [subject]);
        const { kind, name: role } = binding.roleRef as { kind: string; name: string };
        const namespace = kind === 'Role' ? binding.metadata.namespace : '';
        const known = ['ClusterRole /cluster-reader', 'ClusterRole /view', 'ClusterRole /auditor', ...ours];
        assert(known.includes(`${kind} ${namespace}/${role}`), `${binding.metadata.name} → ${kind} ${role}`);
      }
    });
  }
});

describe('the scope cluster', () => {
  it('has a reader of its own where there is no cluster-reader', async () => {
    const objects = await render();
    assert.deepEqual(namesOf(objects, [...ROLES, ...BINDINGS]), [
      'ClusterRole /…-reader',
      'ClusterRole /…-secret-reader',
      'ClusterRoleBinding /…-reader-own',
      'ClusterRoleBinding /…-secret-reader',
    ]);
  });

  it('binds cluster-reader on OpenShift, and custom resources besides', async () => {
    const plain = await render(MATRIX.OpenShift);
    assert.equal(at(the(plain, 'ClusterRoleBinding', 'backup-reader').roleRef, 'name'), 'cluster-reader');
    assert(!namesOf(plain, ROLES).includes('ClusterRole /…-reader'));
    const custom = await render(MATRIX['custom resources on OpenShift']);
    assert.equal(at(the(custom, 'ClusterRoleBinding', 'backup-reader').roleRef, 'name'), 'cluster-reader');
    assert.deepEqual(the(custom, 'ClusterRole', '-custom-reader').rules, [
      { apiGroups: ['argoproj.io'], resources: ['*'], verbs: ['get', 'list'] },
    ]);
    the(custom, 'ClusterRoleBinding', '-custom-reader');
  });

  it('binds the role that values name', async () => {
    const objects = await render(MATRIX['a role of the cluster']);
    assert.equal(at(the(objects, 'ClusterRoleBinding', '-reader-auditor').roleRef, 'name'), 'auditor');
  });

  it('has a role for Secrets, bound only where they are wanted; the tool is told', async () => {
    const without = await render(MATRIX['no Secrets']);
    const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] }];
    assert.deepEqual(the(without, 'ClusterRole', '-secret-reader').rules, rules);
    assert(!without.some((each) => at(each.roleRef, 'name') === SECRET_READER));
    assert.match(JSON.stringify(the(without, 'CronJob')), /"BACKUP_SECRETS","value":"false"/);
  });
});

describe('two releases of one name in two namespaces', () => {
  it('share no object, neither in the cluster nor in a project that both back up', async () => {
    for (const [name, rendering] of Object.entries(MATRIX)) {
      const [first, second] = await Promise.all(
        ['cluster-backup', 'elsewhere'].map(async (namespace) => {
          const words = [...(rendering.words ?? []), '--namespace', namespace];
          return (await render({ ...rendering, words })).map(
            ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
          );
        }),
      );
      const shared = (first ?? []).filter((each) => second?.includes(each));
      assert.deepEqual(shared, [], name);
    }
  });

  it('have roles of their own names also where names and namespaces are joined by dashes alike', async () => {
    const roles = async (namespace: string, fullnameOverride: string) =>
      namesOf(await render({ values: { fullnameOverride }, words: ['--namespace', namespace] }), ROLES);
    const [first, second] = [await roles('a', 'b-c'), await roles('a-b', 'c')];
    assert.deepEqual(
      first.filter((each) => second.includes(each)),
      [],
    );
  });
});

describe('the scope projects', () => {
  it('has roles and bindings in these projects, and none over the cluster', async () => {
    assert.deepEqual(namesOf(await render(MATRIX.projects), [...ROLES, ...BINDINGS]), [
      ...['Role payments/…-reader', 'Role payments/…-secret-reader'],
      ...['Role shop/…-reader', 'Role shop/…-secret-reader'],
      ...['payments', 'shop'].flatMap((project) =>
        ['reader', 'secret-reader', 'view'].map((role) => `RoleBinding ${project}/…-${role}`),
      ),
    ]);
  });

  it('without Secrets has no role for them; custom resources are listed by group', async () => {
    const objects = await render(MATRIX['projects without Secrets']);
    const expected = ['Role shop/…-reader', 'RoleBinding shop/…-reader', 'RoleBinding shop/…-view'];
    assert.deepEqual(namesOf(objects, [...ROLES, ...BINDINGS]), expected);
    assert.deepEqual(
      listAt(the(objects, 'Role').rules).map((rule) => strings(rule, 'apiGroups')),
      [['rbac.authorization.k8s.io'], ['example.com']],
    );
  });
});
