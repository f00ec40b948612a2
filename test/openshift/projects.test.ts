import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ControlPlane, startControlPlane, type User } from '../support/control-plane.ts';
import { waitFor } from '../support/wait.ts';
import { aggregateOn } from './aggregation.ts';
import { backUpAs } from './backup-as-installed.ts';
import { projectsInstall } from './installs.ts';
import { apply, kubectl } from './oc-apply.ts';

const PROJECTS = ['team-a', 'team-b'];
const ACCOUNT = 'system:serviceaccount:team-a:openshift-backup';

let control: ControlPlane;
/** Admin of two projects, and nothing else. */
let lead: User;
before(async () => {
  control = await startControlPlane();
  // Without controllers the roles admin, edit and view are empty.
  await aggregateOn(control);
  for (const namespace of [...PROJECTS, 'strangers']) {
    await control.apply([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token', namespace } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'prices', namespace } },
      // Whose log may be read or not; no node runs it.
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web', namespace },
        spec: { containers: [{ name: 'web', image: 'web' }] },
      },
    ]);
  }
  lead = await control.addUser('lead');
  await control.grant({ to: { user: 'lead' }, clusterRole: 'admin', namespaces: PROJECTS });
});
after(() => control.stop());

/** Installs for both projects, one after the other, as the lead. */
async function install(parameters: Readonly<Record<string, string>> = {}) {
  const runs = [];
  for (const objects of projectsInstall(PROJECTS, parameters))
    runs.push(await apply(control, lead.kubeconfig, objects));
  return {
    status: Math.max(...runs.map((run) => run.status ?? 1)),
    stdout: runs.map((run) => run.stdout).join(''),
    stderr: runs.map((run) => run.stderr).join(''),
  };
}

async function mayListSecrets(namespace: string): Promise<string> {
  const words = ['auth', 'can-i', 'list', 'secrets', '--as', ACCOUNT, '--namespace', namespace];
  return (await kubectl(control, control.kubeconfig, words)).stdout.trim();
}

const secretsMayBe = (wanted: string) =>
  waitFor(`list secrets to be ${wanted}`, async () => {
    const answers = await Promise.all(PROJECTS.map(mayListSecrets));
    return answers.every((answer) => answer === wanted);
  });

test('an admin of two projects installs for both; the second time nothing changes', async () => {
  const { status, stdout, stderr } = await install();
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /deployment.apps\/openshift-backup-retrieval created\n/);
  const again = await install();
  assert.deepEqual([again.status, again.stderr], [0, '']);
  assert.doesNotMatch(again.stdout, /created|configured/);
});

test('the backup has both projects and their Secrets, and no other', async () => {
  await secretsMayBe('yes');
  const { run, archive } = await backUpAs(control, projectsInstall(PROJECTS).flat());
  assert.equal(run.status, 0, run.stderr);
  assert.equal(archive?.secrets, 'exported');
  const types = [
    'configmaps',
    'rolebindings.rbac.authorization.k8s.io',
    'roles.rbac.authorization.k8s.io',
    'secrets',
  ];
  const files = PROJECTS.flatMap((project) => types.map((type) => `${project}/${type}.json`));
  assert.deepEqual(
    archive.files.filter((file) => types.some((type) => file.endsWith(`/${type}.json`))),
    files,
  );
  const projects = new Set(
    archive.files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]),
  );
  assert.deepEqual([...projects], PROJECTS);
  assert.equal(await mayListSecrets('strangers'), 'no');
});

test('LOGS adds the logs of containers, which view may get', async () => {
  const { run, archive } = await backUpAs(control, projectsInstall(PROJECTS, { LOGS: 'true' }).flat());
  assert.equal(run.status, 0, run.stderr);
  assert.deepEqual(archive?.logs?.deniedIn, []);
});

describe('BACKUP_SECRETS, once installed', () => {
  test('cannot be changed without notice: apply fails, and no right goes or comes by itself', async () => {
    const { status, stderr } = await install({ BACKUP_SECRETS: 'false' });
    assert.equal(status, 1);
    assert.equal(stderr.match(/openshift-backup-secret-reader.*cannot change roleRef/g)?.length, 2, stderr);
    await secretsMayBe('yes');
  });

  test('changes when the binding is deleted, as the template says', async () => {
    for (const value of ['false', 'true']) {
      for (const project of PROJECTS) {
        const words = [
          '--namespace',
          project,
          'delete',
          'rolebinding',
          'team-a:openshift-backup-secret-reader',
        ];
        assert.equal((await kubectl(control, lead.kubeconfig, words)).status, 0);
      }
      const { status, stderr } = await install({ BACKUP_SECRETS: value });
      assert.deepEqual([status, stderr], [0, '']);
      await secretsMayBe(value === 'true' ? 'yes' : 'no');
    }
  });

  test('with any other value is refused, in a new project as well', async () => {
    const { status, stderr } = await install({ NAME: 'other', BACKUP_SECRETS: 'maybe' });
    assert.equal(status, 1);
    assert.match(stderr, /"team-a:other-secret-reader-maybe" not found/);
  });
});

describe('who has less than admin rights', () => {
  test('in one of the projects gets an error for that one', async () => {
    const { status, stderr } = await apply(control, lead.kubeconfig, projectsInstall(['strangers']).flat());
    assert.equal(status, 1);
    assert.match(
      stderr,
      /forbidden: User "lead" cannot get resource "rolebindings".* in the namespace "strangers"/,
    );
  });

  test('cannot grant what he does not have himself', async () => {
    const editor = await control.addUser('editor');
    await control.grant({ to: { user: 'editor' }, clusterRole: 'edit', namespaces: PROJECTS });
    const binder = {
      to: { user: 'editor' },
      namespaces: PROJECTS,
      rules: [
        {
          apiGroups: ['rbac.authorization.k8s.io'],
          resources: ['roles', 'rolebindings'],
          verbs: ['get', 'create', 'patch'],
        },
      ],
    };
    await control.grant(binder);
    const [objects = []] = projectsInstall(PROJECTS, { NAME: 'by-editor' });
    const { status, stderr } = await apply(control, editor.kubeconfig, objects);
    assert.equal(status, 1);
    assert.match(
      stderr,
      /roles.*"team-a:by-editor-reader" is forbidden: user "editor".*is attempting to grant RBAC permissions not currently held/,
    );
  });
});
