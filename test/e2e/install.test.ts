import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { archiveAsOf } from '../archive/as-of.ts';
import { waitFor } from '../support/wait.ts';
import { apply, get, helm, project, run, storageClass } from './cluster.ts';
import { Release } from './release.ts';
import { object, once, pods } from './workloads.ts';

const NAMESPACE = 'e2e-install';
const SHOP = 'e2e-shop';
const TOOL = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const EVERY_MINUTE = '* * * * *';
const OLD = 'openshift-backup202001010000.zip';
const NEW_YEAR = '0 0 1 1 *';
const release = new Release('e2e-nightly', NAMESPACE);

interface CronJob {
  spec: { schedule: string };
  status: { lastScheduleTime?: string };
}

suite('an installation with Helm', () => {
  let volumes = '';

  before(async () => {
    await project(NAMESPACE);
    await project(SHOP);
    volumes = await storageClass('e2e-install');
    await apply(
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'prices', namespace: SHOP },
        data: { tea: '3' },
      },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'till', namespace: SHOP },
        stringData: { pin: '1234' },
      },
    );
    release.deleteClusterRolesAtTheEnd();
  });

  test('stands under Pod Security restricted, and tells how to get at the archives', async () => {
    const told = await release.install(
      { schedule: EVERY_MINUTE, 'rbac.secrets': true, 'retention.days': 0 },
      volumes,
    );
    assert.match(told, /kubectl.*exec.*openshift-backup list/);
    assert.match(told, /kubectl.*cp/);
  });

  test('backs up by its schedule: the job completes and an archive lies on the volume', async () => {
    const job = await waitFor(
      'a job by the schedule',
      async () =>
        (await release.jobs()).find(({ metadata }) => metadata.ownerReferences?.[0]?.kind === 'CronJob'),
      70_000,
    );
    const { type, log } = await release.ended(job.metadata.name);
    assert.equal(type, 'Complete', log);
    assert.match(log, /"msg":"Backup finished"/);
    const [archive] = await release.archives();
    assert.equal(archive?.state, 'complete');
    assert(archive.projects > 5, `${archive.projects} projects`);
  });

  test('lists and shows archives in the retrieval pod, Secrets masked', async () => {
    assert.match(await release.tool('show', 'latest', `${SHOP}/configmaps/prices`), /"tea": "3"/);
    assert.doesNotMatch(await release.tool('show', 'latest', `${SHOP}/secrets/till`), /MTIzNA==/);
    assert.match(await release.tool('show', 'latest', `${SHOP}/secrets/till`, '--show-secrets'), /MTIzNA==/);
  });

  test('backs up on demand in the retrieval pod, with the settings of the night', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'openshift-backup-e2e-'));
    try {
      const place = `${await release.retrievalPod()}:/openshift-backup`;
      const here = join(directory, OLD);
      await release.kubectl('cp', `${place}/${(await release.archives())[0]?.archive}`, here);
      await writeFile(here, await archiveAsOf(here, new Date('2020-01-01T00:00:00Z')));
      await release.kubectl('cp', here, `${place}/${OLD}`);
    } finally {
      await rm(directory, { recursive: true });
    }
    const earlier = (await release.archives()).length;
    await release.tool('backup');
    const archives = await release.archives();
    assert(archives.length > earlier);
    assert.equal(archives[0]?.state, 'complete');
    assert.equal(archives.at(-1)?.archive, OLD, 'a retention of 0 days keeps all');
  });

  test('lets archives be copied out with kubectl cp; outside they verify', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'openshift-backup-e2e-'));
    try {
      const archive = (await release.archives())[0]?.archive ?? '';
      const here = join(directory, archive);
      await release.kubectl('cp', `${await release.retrievalPod()}:/openshift-backup/${archive}`, here);
      assert.match(await run(process.execPath, [TOOL, 'verify', here]), /: good \(/);
      await run('unzip', ['-q', here, '-d', join(directory, 'unpacked')]);
      await run('sh', ['-c', 'cd "$0" && sha256sum --quiet -c SHA256SUMS', join(directory, 'unpacked')]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('passes helm test, which looks at the access and verifies the archives', async () => {
    const said = await helm('test', release.name, '--namespace', NAMESPACE, '--logs', '--timeout', '60s');
    assert.match(said, /Phase:\s+Succeeded/);
    assert.match(said, /good \(/);
  });

  test('takes a new schedule and a new retention on helm upgrade', async () => {
    await release.install(
      { schedule: NEW_YEAR, 'retention.days': 30, 'retention.min': 2, 'rbac.secrets': true },
      volumes,
    );
    const upgraded = Date.now();
    const cronJob = () => get<CronJob>('cronjob', release.name, '--namespace', NAMESPACE);
    assert.equal((await cronJob()).spec.schedule, NEW_YEAR);

    await release.start('after-upgrade');
    const { type, log } = await release.ended('after-upgrade');
    assert.equal(type, 'Complete', log);
    const names = (await release.archives()).map(({ archive }) => archive);
    assert(!names.includes(OLD), 'older than 30 days');
    assert(names.length >= 2, `the rest stays: ${names}`);

    // The old schedule would start a job at the next full minute, as that of this CronJob does.
    const jobTemplate = { spec: once(pods('clock', ['true'])) };
    await apply(
      object(NAMESPACE, 'batch/v1', 'CronJob', 'clock', { spec: { schedule: EVERY_MINUTE, jobTemplate } }),
    );
    const clockJob = await waitFor(
      'the next full minute',
      async () =>
        (await release.jobs()).find(({ metadata }) => metadata.ownerReferences?.[0]?.name === 'clock'),
      70_000,
    );
    await release.outcome(clockJob.metadata.name);
    await release.kubectl('delete', 'cronjob', 'clock');
    const { lastScheduleTime } = (await cronJob()).status;
    assert(
      lastScheduleTime === undefined || Date.parse(lastScheduleTime) <= upgraded,
      'no job each minute any more',
    );
  });

  test('keeps the volume on helm uninstall, and finds its archives when it is installed again', async () => {
    const before = await release.archives();
    await helm('uninstall', release.name, '--namespace', NAMESPACE, '--wait');
    const left = await release.kubectl(
      'get',
      'cronjob,deployment,serviceaccount,role,rolebinding',
      '--selector',
      `app.kubernetes.io/instance=${release.name}`,
      '--output',
      'name',
    );
    assert.equal(left, '');
    assert.match(
      await release.kubectl(
        'get',
        'persistentvolumeclaim',
        release.name,
        '--output',
        'jsonpath={.status.phase}',
      ),
      /Bound/,
    );
    await release.install({ schedule: NEW_YEAR }, volumes);
    // What retention says of them is that of the values of this installation.
    const names = (await release.archives()).map(({ archive }) => archive);
    assert.deepEqual(
      names,
      before.map(({ archive }) => archive),
    );
    await helm('uninstall', release.name, '--namespace', NAMESPACE, '--wait');
  });
});
