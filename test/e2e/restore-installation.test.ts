import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { atTheEnd, get, helm, kubectl, OWN_NODE, project, storageClass } from './cluster.ts';
import { type Archive, Release } from './release.ts';
import { tool } from './workloads.ts';

// The tool's own installation is lost with its project, and comes back from an archive that was copied out before.

const NAMESPACE = 'e2e-reinstalled';
const release = new Release('e2e-own', NAMESPACE);
const LABEL = `app.kubernetes.io/instance=${release.name}`;
const ROLES = 'clusterrole,clusterrolebinding';
const NEVER = '0 0 1 1 *';
const LATER = '30 0 1 1 *';

/** Everything that the chart has made, by its kind and name. */
async function parts(): Promise<string[]> {
  const types = 'cronjob,deployment,serviceaccount,role,rolebinding,networkpolicy,persistentvolumeclaim';
  const names = [
    await release.kubectl('get', types, '--selector', LABEL, '--output', 'name'),
    await kubectl('get', ROLES, '--selector', LABEL, '--output', 'name'),
  ];
  return names.join('').split('\n').filter(Boolean).sort();
}

suite('an installation that was lost', { skip: !OWN_NODE && 'it keeps a volume of the node' }, () => {
  let volumes = '';
  let copy = '';
  let earlier: string[] = [];
  let archives: Archive[] = [];
  const install = (schedule: string) => release.install({ schedule, 'rbac.secrets': true }, volumes);

  before(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'openshift-backup-e2e-'));
    atTheEnd(() => rm(directory, { recursive: true }));
    volumes = await storageClass('e2e-reinstalled');
    await project(NAMESPACE);
    atTheEnd(() => kubectl('delete', ROLES, '--selector', LABEL));
    await install(NEVER);
    await release.start('before');
    assert.equal((await release.outcome('before')).type, 'Complete');
    archives = await release.archives();
    const name = archives[0]?.archive ?? '';
    copy = join(directory, name);
    await release.kubectl('cp', `${await release.retrievalPod()}:/openshift-backup/${name}`, copy);
    earlier = await parts();
    await kubectl('delete', ROLES, '--selector', LABEL);
    await kubectl('delete', 'namespace', NAMESPACE);
  });

  test('comes back whole from the copy of an archive', async () => {
    const said = await tool('restore', copy, '-p', NAMESPACE, '--rebind-storage-class', volumes, '--apply');
    assert.doesNotMatch(said, /\d failed/);
    assert.deepEqual(await parts(), earlier);
    for (const kind of ['cronjob', 'deployment', 'serviceaccount', 'clusterrole', 'clusterrolebinding'])
      assert(
        earlier.some((name) => name.startsWith(`${kind}.`) || name.startsWith(`${kind}/`)),
        `${kind} among ${earlier}`,
      );
  });

  test('has its archives again, and makes the next one', async () => {
    await release.kubectl('rollout', 'status', `deployment/${release.name}-retrieval`, '--timeout=60s');
    assert.deepEqual(
      (await release.archives()).map(({ archive }) => archive),
      archives.map(({ archive }) => archive),
    );
    await release.start('after');
    const { type, log } = await release.ended('after');
    assert.equal(type, 'Complete', log);
    const [newest, first] = await release.archives();
    assert.equal(first?.archive, archives[0]?.archive);
    assert.equal(newest?.state, 'complete');
    // What it may not read, it would leave out.
    assert.equal(newest.projects, first?.projects);
    assert.match(await release.tool('verify', 'latest'), /: good \(/);
  });

  test('is still the release that Helm knows: it can be upgraded, tested and taken away', async () => {
    // The restore gave Helm its fields back, so that they do not conflict.
    await install(LATER);
    const cronJob = await get<{ spec: { schedule: string } }>(
      'cronjob',
      release.name,
      '--namespace',
      NAMESPACE,
    );
    assert.equal(cronJob.spec.schedule, LATER);
    const history = JSON.parse(
      await helm('history', release.name, '--namespace', NAMESPACE, '--output', 'json'),
    );
    assert.deepEqual(
      history.map(({ revision, status }: { revision: number; status: string }) => [revision, status]),
      [
        [1, 'superseded'],
        [2, 'deployed'],
      ],
    );
    await helm('uninstall', release.name, '--namespace', NAMESPACE, '--wait');
    assert.deepEqual(await parts(), [`persistentvolumeclaim/${release.name}`]);
  });
});
