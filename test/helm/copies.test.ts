import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, type JsonObject, type KubeObject, listAt } from '../support/kube-object.ts';
import { CHART, helm, render, the } from './helm.ts';

const COPY = {
  to: ['s3://offsite/production', 'gs://second'],
  keep: { daily: 7, weekly: 5 },
  sealTo: ['age1first', 'age1second'],
  s3: { endpoint: 'https://s3.example.com:9000', region: 'eu-1', pathStyle: 'yes' },
  caSecret: 'bucket-ca',
  existingSecret: 'bucket-credentials',
};

const podOf = (objects: readonly KubeObject[], kind: 'CronJob' | 'Deployment'): unknown =>
  kind === 'CronJob'
    ? at(the(objects, kind), 'spec', 'jobTemplate', 'spec', 'template', 'spec')
    : at(the(objects, kind), 'spec', 'template', 'spec');

function settingsOf(pod: unknown): Record<string, unknown> {
  const [container] = listAt(pod, 'containers');
  const entries = listAt(container, 'env').map((each) => [String(at(each, 'name')), at(each, 'value')]);
  return Object.fromEntries(
    entries.filter(([name]) => /COPY|SEAL|S3|STORE|VOLUME|KUBECONFIG/.test(String(name))),
  );
}

async function refusal(values: JsonObject): Promise<string> {
  const words = ['install', 'nightly', CHART, '--dry-run=client', '--values', '-'];
  const { status, stdout, stderr } = await helm(words, { values });
  assert.notEqual(status, 0, stdout);
  return stderr;
}

describe('copies', () => {
  it('the values of copy are the options of the job and of the retrieval pod', async () => {
    const objects = await render({ values: { copy: COPY } });
    for (const kind of ['CronJob', 'Deployment'] as const) {
      const pod = podOf(objects, kind);
      assert.deepEqual(settingsOf(pod), {
        OPENSHIFT_BACKUP_COPY_TO: 's3://offsite/production,gs://second',
        OPENSHIFT_BACKUP_COPY_KEEP_DAILY: '7',
        OPENSHIFT_BACKUP_COPY_KEEP_WEEKLY: '5',
        OPENSHIFT_BACKUP_SEAL_TO: 'age1first,age1second',
        OPENSHIFT_BACKUP_S3_ENDPOINT: 'https://s3.example.com:9000',
        OPENSHIFT_BACKUP_S3_REGION: 'eu-1',
        OPENSHIFT_BACKUP_S3_PATH_STYLE: 'yes',
        OPENSHIFT_BACKUP_STORE_CA: '/etc/openshift-backup/ca/ca.crt',
      });
      const [container] = listAt(pod, 'containers');
      assert.deepEqual(at(container, 'envFrom'), [{ secretRef: { name: 'bucket-credentials' } }]);
      const secrets = listAt(pod, 'volumes').flatMap((each) => at(each, 'secret', 'secretName') ?? []);
      assert.deepEqual(secrets, ['bucket-ca', 'bucket-credentials']);
    }
  });

  it('one place may be a text, and none never removes copies', async () => {
    const objects = await render({ values: { copy: { to: 's3://offsite', keep: 'none' } } });
    assert.deepEqual(settingsOf(podOf(objects, 'CronJob')), {
      OPENSHIFT_BACKUP_COPY_TO: 's3://offsite',
      OPENSHIFT_BACKUP_COPY_KEEP: 'none',
    });
    const { stderr } = await helm(['template', 'x', CHART, '--values', '-'], {
      values: { copy: { to: 's3://offsite', keep: 'none' } },
    });
    assert.equal(stderr, '');
  });

  it('without copy.to, nothing of it is in the objects', async () => {
    assert.doesNotMatch(JSON.stringify(await render()), /COPY|SEAL|S3_|envFrom/);
  });

  it('an upgrade with the values of a release before copies works', async () => {
    const objects = await render({
      values: { copy: null, prometheusRule: { enabled: true }, podLabels: null },
    });
    assert.deepEqual(settingsOf(podOf(objects, 'CronJob')), {});
  });
});

describe('without a volume', () => {
  const values = { persistence: { enabled: false }, copy: { to: 's3://offsite/production' } };

  it('the archives are stored in the bucket, and no claim is created', async () => {
    const objects = await render({ values: { ...values, prometheusRule: { enabled: true } } });
    assert.equal(
      objects.some(({ kind }) => kind === 'PersistentVolumeClaim'),
      false,
    );
    for (const kind of ['CronJob', 'Deployment'] as const) {
      const pod = podOf(objects, kind);
      assert.deepEqual(settingsOf(pod), { OPENSHIFT_BACKUP_VOLUME: 's3://offsite/production' });
      assert.deepEqual(
        listAt(pod, 'volumes').map((each) => at(each, 'name')),
        ['tmp'],
      );
    }
    assert.doesNotMatch(JSON.stringify(the(objects, 'PrometheusRule')), /VolumeNearlyFull|CopyMissing/);
  });

  it('is refused without one bucket, and with values that need a volume', async () => {
    assert.match(await refusal({ persistence: { enabled: false } }), /copy\.to must be the one bucket/);
    const two = { ...values, copy: { to: ['s3://one', 's3://two'] } };
    assert.match(await refusal(two), /copy\.to must be the one bucket/);
    const claim = { ...values, persistence: { enabled: false, existingClaim: 'mine' } };
    assert.match(await refusal(claim), /persistence\.existingClaim is mine/);
    const keep = { ...values, copy: { ...values.copy, keep: { daily: 7 } } };
    assert.match(await refusal(keep), /set retention instead of copy\.keep/);
  });
});

describe('invalid values of copy are refused', () => {
  for (const [values, message] of [
    [{ copy: { to: '/backups' } }, /copy\.to: "\/backups" is not a bucket/],
    [{ copy: { to: 's3://offsite?key=x' } }, /is not a bucket/],
    [{ copy: { to: 's3://offsite', keep: 'all' } }, /copy\/keep/],
    [{ copy: { to: 's3://offsite', keep: { hourly: 1 } } }, /copy\/keep/],
    [{ copy: { to: 's3://offsite', s3: { endpoint: 's3.example.com' } } }, /copy\/s3\/endpoint/],
    [{ copy: { to: 's3://offsite', s3: { endpoint: 'https://key:secret@s3' } } }, /copy\/s3\/endpoint/],
    [{ copy: { existingSecret: 'credentials' } }, /copy\.to is empty, but other values of copy are set/],
    [{ copy: { to: 's3://offsite', sealTo: ['ssh-ed25519 AAAA'] } }, /copy\.sealTo: not a recipient/],
    [{ options: { 'copy-to': 's3://offsite' } }, /options\.copy-to: set the value copy\.to instead/],
    [{ options: { 'seal-to': 'age1x' } }, /options\.seal-to: set the value copy\.sealTo instead/],
  ] as const)
    it(JSON.stringify(values), async () => assert.match(await refusal(values), message));

  it('an identity is not repeated in the message', async () => {
    const message = await refusal({ copy: { to: 's3://offsite', sealTo: ['AGE-SECRET-KEY-1ABC'] } });
    assert.doesNotMatch(message, /1ABC/);
  });
});

describe('the cloud', () => {
  it('labels and annotations for workload identities are on pods and service account', async () => {
    const objects = await render({
      values: {
        podLabels: { 'azure.workload.identity/use': 'true', 'app.kubernetes.io/component': 'mine' },
        serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/backup' } },
      },
    });
    const template = at(the(objects, 'CronJob'), 'spec', 'jobTemplate', 'spec', 'template');
    assert.equal(at(template, 'metadata', 'labels', 'azure.workload.identity/use'), 'true');
    const annotations = at(the(objects, 'ServiceAccount'), 'metadata', 'annotations');
    assert.deepEqual(annotations, { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/backup' });
  });

  it('the NetworkPolicy permits the port of the endpoint', async () => {
    const apiServer = { cidrs: ['192.0.2.1/32'] };
    const egress = async (copy: JsonObject, more: JsonObject = {}) => {
      const networkPolicy = { enabled: true, apiServer, copy: more };
      const objects = await render({ values: { copy, networkPolicy } });
      return listAt(the(objects, 'NetworkPolicy'), 'spec', 'egress')[1];
    };
    assert.deepEqual(await egress({ to: 's3://offsite' }), { ports: [{ protocol: 'TCP', port: 443 }] });
    assert.deepEqual(await egress(COPY), { ports: [{ protocol: 'TCP', port: 9000 }] });
    const peers = [{ ipBlock: { cidr: '198.51.100.0/24' } }];
    assert.deepEqual(await egress(COPY, { peers, ports: [443, 8443] }), {
      to: peers,
      ports: [443, 8443].map((port) => ({ protocol: 'TCP', port })),
    });
  });
});

describe('another cluster', () => {
  it('is named by a kubeconfig; the chart creates no roles, and mounts no token', async () => {
    const objects = await render({ values: { kubeconfigSecret: 'other-cluster' } });
    assert.deepEqual(
      objects.filter(({ kind }) => /Role/.test(kind)),
      [],
    );
    const pod = podOf(objects, 'CronJob');
    assert.equal(at(pod, 'automountServiceAccountToken'), false);
    assert.deepEqual(settingsOf(pod), {
      OPENSHIFT_BACKUP_KUBECONFIG: '/etc/openshift-backup/kubeconfig/kubeconfig',
    });
  });

  it('a NetworkPolicy needs the addresses of its API server', async () => {
    const values = { kubeconfigSecret: 'other-cluster', networkPolicy: { enabled: true } };
    assert.match(await refusal(values), /networkPolicy\.apiServer\.cidrs must be the addresses/);
  });
});
