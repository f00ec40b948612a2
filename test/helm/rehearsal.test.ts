import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../support/kube-object.ts';
import { at, listAt, textAt } from '../support/kube-object.ts';
import { CHART, helm, render } from './helm.ts';

const NAME = 'nightly-openshift-backup-rehearsal';

async function cronJob(values: JsonObject): Promise<object | undefined> {
  const objects = await render({ values });
  return objects.find(({ kind, metadata }) => kind === 'CronJob' && metadata.name === NAME);
}

function podOf(job: object | undefined): unknown {
  return at(job ?? {}, 'spec', 'jobTemplate', 'spec', 'template', 'spec');
}

describe('rehearsals', () => {
  it('are off by default', async () => {
    assert.equal(await cronJob({}), undefined);
  });

  it('run each week in an image of their own, without a token of the cluster and with the volume read-only', async () => {
    const job = await cronJob({ rehearsal: { enabled: true } });
    assert.equal(textAt(job ?? {}, 'spec', 'schedule'), '45 3 * * 0');
    const pod = podOf(job);
    assert.equal(at(pod, 'automountServiceAccountToken'), false);
    const [container = {}] = listAt(pod, 'containers');
    assert.equal(textAt(container, 'image'), 'localhost/openshift-backup-rehearsal:1.0.0');
    assert.deepEqual(at(container, 'args'), ['rehearse']);
    const [archives] = listAt(container, 'volumeMounts').filter(
      (each) => textAt(each, 'name') === 'archives',
    );
    assert.equal(at(archives, 'readOnly'), true);
    assert.equal(at(container, 'securityContext', 'readOnlyRootFilesystem'), true);
    assert.deepEqual(at(container, 'securityContext', 'capabilities', 'drop'), ['ALL']);
    assert.equal(at(container, 'securityContext', 'allowPrivilegeEscalation'), false);
    assert.equal(at(pod, 'securityContext', 'runAsNonRoot'), true);
    assert.equal(typeof at(container, 'resources', 'limits', 'memory'), 'string');
  });

  it('get the identity of sealed archives, the bucket instead of a volume, and no kubeconfig', async () => {
    const job = await cronJob({
      rehearsal: { enabled: true, identitySecret: 'age' },
      persistence: { enabled: false },
      copy: { to: 's3://backups/production', existingSecret: 'aws' },
      kubeconfigSecret: 'other-cluster',
    });
    const pod = podOf(job);
    const [container = {}] = listAt(pod, 'containers');
    const env = new Map(listAt(container, 'env').map((each) => [textAt(each, 'name'), at(each, 'value')]));
    assert.equal(env.get('OPENSHIFT_BACKUP_IDENTITY'), '/etc/openshift-backup/identity/identity');
    assert.equal(env.get('OPENSHIFT_BACKUP_VOLUME'), 's3://backups/production');
    const names = listAt(pod, 'volumes').map((each) => textAt(each, 'name'));
    assert.deepEqual(names.sort(), ['credentials', 'identity', 'tmp']);
    const mounts = listAt(container, 'volumeMounts').map((each) => textAt(each, 'name'));
    assert.deepEqual(mounts.sort(), names);
  });

  it('keep the result beside the archive if the volume is writable', async () => {
    const job = await cronJob({ rehearsal: { enabled: true, keepResult: true } });
    const [container = {}] = listAt(podOf(job), 'containers');
    const [archives] = listAt(container, 'volumeMounts').filter(
      (each) => textAt(each, 'name') === 'archives',
    );
    assert.equal(at(archives, 'readOnly'), false);
  });

  it('take an image by digest, and refuse a schedule that is none', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const image = { repository: 'quay.example.com/rehearsal', digest };
    const job = await cronJob({ rehearsal: { enabled: true, image } });
    const [container = {}] = listAt(podOf(job), 'containers');
    assert.equal(textAt(container, 'image'), `quay.example.com/rehearsal@${digest}`);
    const refused = await helm(['template', 'nightly', CHART, '--values', '-'], {
      values: { rehearsal: { enabled: true, schedule: 'weekly' } },
    });
    assert.notEqual(refused.status, 0);
    assert.match(refused.stderr, /rehearsal\.schedule: "weekly" is not a cron schedule/);
  });
});
