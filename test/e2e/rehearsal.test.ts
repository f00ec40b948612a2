import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { type Files, object, row, writeArchive } from '../comparison/archives.ts';
import { at, listAt } from '../support/kube-object.ts';
import { atTheEnd, get, kubectl, OWN_NODE, project, storageClass } from './cluster.ts';
import { Release } from './release.ts';

// A nightly backup and its rehearsal, each in a pod of its own; then archives that are damaged, hostile or refused.

const NAMESPACE = 'e2e-rehearsal';
const release = new Release('e2e-rehearsal', NAMESPACE);
const REHEARSAL = `${release.name}-rehearsal`;
const ROLES = 'clusterrole,clusterrolebinding';
const NEVER = '0 0 1 1 *';
/** Milliseconds; a rehearsal starts an API server on a machine that runs another one. */
const PATIENCE = 300_000;

suite('rehearsals', { skip: !OWN_NODE && 'their image is built on this machine' }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'openshift-backup-e2e-'));
  atTheEnd(async () => rmSync(directory, { recursive: true }));
  let volumes = '';

  const install = async (values: Record<string, unknown> = {}) =>
    await release.install(
      {
        schedule: NEVER,
        'rbac.secrets': true,
        'rehearsal.enabled': true,
        'rehearsal.schedule': NEVER,
        'rehearsal.keepResult': true,
        ...values,
      },
      volumes,
    );

  /** Puts an archive onto the volume that is newer than all others, and rehearses it. */
  async function rehearsed(job: string, files: Files, damage = false) {
    const startedAt = new Date(Date.now() - 1000).toISOString();
    const names = new Set(
      Object.keys(files).map((file) => (file.split('/').at(-1) ?? '').replace(/\.json$/, '')),
    );
    const resourceTypes = [...names].map((name) => row(name));
    const path = writeArchive(directory, `openshift-backup202701010015.zip`, files, {
      startedAt,
      resourceTypes,
    });
    const pod = await release.retrievalPod();
    await release.kubectl('cp', path, `${pod}:/openshift-backup/openshift-backup202701010015.zip`);
    if (damage)
      await release.inPod(
        'sh',
        '-c',
        'cd /openshift-backup && printf X | dd of=openshift-backup202701010015.zip bs=1 seek=80 conv=notrunc',
      );
    await release.start(job, REHEARSAL);
    return await release.ended(job, PATIENCE);
  }

  before(async () => {
    volumes = await storageClass('e2e-rehearsal');
    await project(NAMESPACE);
    atTheEnd(() => kubectl('delete', ROLES, '--selector', `app.kubernetes.io/instance=${release.name}`));
    await install();
  });

  test('the newest archive is proven in a restricted pod without a token, and list shows it', async () => {
    await release.start('night');
    assert.equal((await release.outcome('night')).type, 'Complete');
    await release.start('proof', REHEARSAL);
    const { type, log } = await release.ended('proof', PATIENCE);
    assert.equal(type, 'Complete', log);
    assert.match(log, / {2}proven +[1-9]/);
    const [newest] = JSON.parse(await release.tool('list', '--output', 'json'));
    assert.equal(at(newest, 'rehearsal', 'refused'), 0);
    assert.match(await release.tool('verify', '--rehearsed', '1d'), /rehearsal fresh/);
    const pods = await get<{ items: object[] }>(
      'pods',
      '--namespace',
      NAMESPACE,
      '--selector',
      'job-name=proof',
    );
    const [pod = {}] = pods.items;
    assert.equal(at(pod, 'spec', 'automountServiceAccountToken'), false);
    assert.equal(
      listAt(pod, 'spec', 'volumes').some((each) => at(each, 'projected') !== undefined),
      false,
    );
  });

  test('on a volume that is mounted read-only, the result is in the log alone', async () => {
    await install({ 'rehearsal.keepResult': false });
    await release.start('read-only', REHEARSAL);
    const { type, log } = await release.ended('read-only', PATIENCE);
    assert.equal(type, 'Complete', log);
    assert.match(log, /result is not kept/);
    await install();
  });

  test('an object that the server refuses fails the Job, with its words in the log', async () => {
    const { type, log } = await rehearsed('refused', {
      'shop/configmaps.json': [object('ConfigMap', 'No_Such_Name', { data: {} }, { namespace: 'shop' })],
    });
    assert.equal(type, 'Failed');
    assert.match(log, /shop\/configmaps\/No_Such_Name: 422 Invalid/);
  });

  test('a hostile archive ends like any other, and nothing of it reaches the terminal', async () => {
    const { log } = await rehearsed('hostile', {
      'apiservices.apiregistration.k8s.io.json': [
        object('APIService', 'v1.apps', {
          apiVersion: 'apiregistration.k8s.io/v1',
          spec: {
            group: 'apps',
            version: 'v1',
            groupPriorityMinimum: 1,
            versionPriority: 1,
            service: { name: 'x', namespace: 'shop' },
          },
        }),
      ],
      'shop/configmaps.json': [
        object(
          'ConfigMap',
          'text',
          { data: { a: '\u001b[31m' } },
          { namespace: 'shop', annotations: { '\u001b[2J': 'x' } },
        ),
        object('ConfigMap', '..', { data: {} }, { namespace: 'shop' }),
      ],
    });
    assert.ok(!log.includes('\u001b'));
    assert.match(log, /refused +[1-9]/);
  });

  test('a damaged archive fails the Job, and says where it is damaged', async () => {
    const { type, log } = await rehearsed(
      'damaged',
      { 'shop/configmaps.json': [object('ConfigMap', 'a', { data: { a: 'b' } }, { namespace: 'shop' })] },
      true,
    );
    assert.equal(type, 'Failed');
    assert.match(log, /openshift-backup202701010015\.zip/);
    assert.doesNotMatch(log, /This should not happen/);
  });
});
