import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { nodePrograms } from '../cluster-node/cluster.ts';
import { STATE } from '../cluster-node/layout.ts';
import { restartNode } from '../cluster-node/node.ts';
import { waitFor } from '../support/wait.ts';
import { apply, atTheEnd, kubectl, OWN_NODE, project, run, storageClass } from './cluster.ts';
import { Release } from './release.ts';

const NAMESPACE = 'e2e-faults';
const release = new Release('e2e-faults', NAMESPACE);

/** Takes a moment over each object, so that there is a middle to do something in. */
const SLOW = { filter: '(reduce range(400000) as $i (0; . + $i)) as $sum | .' };

const QUICK = {
  schedule: '0 0 1 1 *',
  'rbac.scope': 'projects',
  'rbac.projects': [NAMESPACE],
  'rbac.secrets': true,
};
let volumes = '';

before(async () => {
  await project(NAMESPACE);
  volumes = await storageClass(NAMESPACE);
  const many = Array.from({ length: 100 }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `settings-${index}`, namespace: NAMESPACE },
    data: { index: `${index}` },
  }));
  await apply(...many);
});

const files = async () =>
  (await release.inPod('ls', '-A', '/openshift-backup')).trim().split('\n').filter(Boolean);
const partials = async () => (await files()).filter((file) => file.endsWith('.partial'));
const podOf = (job: string) =>
  release.kubectl(
    'get',
    'pods',
    '--selector',
    `job-name=${job}`,
    '--output',
    'jsonpath={.items[0].metadata.name}',
  );

/** Waits until the job is writing its archive. */
async function inTheMiddle(job: string): Promise<void> {
  await release.start(job);
  await waitFor('the job to write', async () => (await partials()).length > 0);
}

suite('a job whose pod is deleted in the middle', () => {
  before(() => release.install({ ...QUICK, options: SLOW, 'job.backoffLimit': 0 }, volumes));

  test('leaves nothing where it is told to end', async () => {
    await inTheMiddle('told');
    await release.kubectl('delete', 'pod', await podOf('told'));
    assert.equal((await release.outcome('told')).type, 'Failed');
    assert.deepEqual(await files(), []);
  });

  test('leaves no archive where it is killed, and a later night sweeps what lies there', async () => {
    await inTheMiddle('killed');
    // As the kernel does when memory runs out; PID 1 itself can be killed from outside alone.
    await release.kubectl('exec', await podOf('killed'), '--', 'sh', '-c', 'kill -KILL -1');
    await waitFor('the job to fail', async () =>
      (await release.jobs()).some(
        ({ metadata, status }) => metadata.name === 'killed' && status.failed === 1,
      ),
    );
    const left = await partials();
    assert.deepEqual(await files(), left, 'nothing under a final name');
    assert.equal(left.length, 1);
    await release.install({ ...QUICK, 'job.backoffLimit': 0 }, volumes);
    await release.inPod('touch', '-d', '11 minutes ago', `/openshift-backup/${left[0]}`);
    await release.start('next-night');
    const { type, log } = await release.ended('next-night');
    assert.equal(type, 'Complete', log);
    assert.match(log, /Removed files of a killed run/);
    assert.equal((await files()).length, 1);
  });
});

suite('two jobs at once', () => {
  test('write an archive each', async () => {
    const earlier = await files();
    await Promise.all(['one', 'other'].map((job) => release.start(job)));
    for (const job of ['one', 'other']) assert.equal((await release.outcome(job)).type, 'Complete');
    assert.equal((await files()).length, earlier.length + 2);
    assert.match(await release.tool('verify'), /good/);
  });
});

suite('a configuration that cannot work', () => {
  test('fails the job at once, without a second try, and the log says what to change', async () => {
    await release.install({ ...QUICK, options: { 'retry-for': 'soon' } }, volumes);
    await release.start('wrong');
    const { type, reason, message, log } = await release.ended('wrong');
    assert.equal(type, 'Failed');
    assert.equal(reason, 'PodFailurePolicy');
    assert.match(message, /exit code 2/);
    const told = /OPENSHIFT_BACKUP_RETRY_FOR=soon: must be a whole number/;
    assert.match(log, told);
    assert.match(await release.kubectl('describe', 'pods', '--selector', 'job-name=wrong'), told);
    const [job] = (await release.jobs()).filter(({ metadata }) => metadata.name === 'wrong');
    assert.equal(job?.status.failed, 1);
  });

  test('an image that is not there: describe names it, and the job ends at its deadline', async () => {
    await release.install(
      { ...QUICK, 'retrieval.enabled': false, 'image.tag': 'not-there', 'job.activeDeadlineSeconds': 15 },
      volumes,
    );
    await release.start('no-image');
    await waitFor('the kubelet to say so', async () =>
      /ErrImagePull|ImagePullBackOff|ErrImageNeverPull/.test(
        await release.kubectl('get', 'pods', '--selector', 'job-name=no-image'),
      ),
    );
    const described = await release.kubectl('describe', 'pods', '--selector', 'job-name=no-image');
    assert.match(
      described,
      /Failed to pull image ".*:not-there"|Container image ".*:not-there" is not present/,
    );
    const { type, reason } = await release.outcome('no-image');
    assert.deepEqual([type, reason], ['Failed', 'DeadlineExceeded']);
  });
});

suite('the node', { skip: !OWN_NODE && 'the node is not ours to restart' }, () => {
  test('kubelet and containerd restart during a job: it goes on to its end', async () => {
    await release.install({ ...QUICK, options: SLOW, 'job.backoffLimit': 0 }, volumes);
    await inTheMiddle('restarted');
    await restartNode(await nodePrograms());
    const { type, log } = await release.ended('restarted', 120_000);
    assert.equal(type, 'Complete', log);
    await waitFor(
      'the retrieval pod to answer',
      async () => (await release.attemptTool('verify', 'latest')).status === 0,
    );
  });

  test('a volume that is full: the job fails, says so, and leaves nothing half-written', async () => {
    const small = `${STATE}/volumes/e2e-full`;
    const full = new Release('e2e-full', NAMESPACE);
    const storage = await storageClass('e2e-full');
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=2770,gid=0', 'tmpfs', small]);
    try {
      await full.install({ ...QUICK, 'job.backoffLimit': 0 }, storage);
      await full.inPod('sh', '-c', 'head -c 60000 /dev/zero > /openshift-backup/somebody-elses.file; true');
      await full.start('too-much');
      const { type, log } = await full.ended('too-much');
      assert.equal(type, 'Failed', log);
      assert.match(log, /no space|full/i);
      assert.match(log, /"hint":"the volume is full: enlarge it/);
      assert.equal((await full.inPod('ls', '-A', '/openshift-backup')).trim(), 'somebody-elses.file');
      await run('helm', ['uninstall', full.name, '--namespace', NAMESPACE, '--wait']);
      await full.kubectl('delete', 'persistentvolumeclaim', full.name);
    } finally {
      await run('umount', ['--lazy', small]);
    }
  });
});

atTheEnd(() => kubectl('delete', 'jobs', '--all', '--namespace', NAMESPACE));
