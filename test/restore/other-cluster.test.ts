import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ANY_FIELDS, definition } from '../support/definition.ts';
import { at } from '../support/kube-object.ts';
import { object, ProxiedCluster } from './proxied-cluster.ts';

// Objects that come from an older cluster, or from one that was another.

const ORDER = { dnsName: 'a.example.com' };
const STATUS = { state: 'valid', url: 'https://acme.example.com/order/1' };
const EARLY = '2020-01-01T00:00:00Z';
let cluster: ProxiedCluster;

before(async () => {
  cluster = await ProxiedCluster.start();
  const properties = {
    spec: ANY_FIELDS,
    status: {
      type: 'object',
      required: ['state'],
      properties: { state: { type: 'string' }, url: { type: 'string' } },
    },
  };
  const schema = { type: 'object', required: ['status'], properties };
  await cluster.control.apply([definition('oldorders.acme.example.com', 'OldOrder', { schema })]);
});

after(async () => {
  await cluster?.end();
});

const get = (path: string) => cluster.control.request('GET', path);

test('a type without a status subresource keeps its status, which its schema may require', async () => {
  const path = '/apis/acme.example.com/v1/namespaces/shop/oldorders/wild';
  const files = {
    'shop/oldorders.acme.example.com.json': [
      object('wild', { spec: ORDER }, 'acme.example.com/v1', 'OldOrder'),
    ],
    'shop/_status/oldorders.acme.example.com.json': [
      object('wild', { status: STATUS }, 'acme.example.com/v1', 'OldOrder'),
    ],
  };
  const run = await cluster.restore(files, '--apply', '--status', '*');
  assert.equal(run.status, 0, run.stdout);
  assert.deepEqual(at(await get(path), 'status'), STATUS);
  // What the controller has written since is no difference, and stays.
  await cluster.control.request('PATCH', path, { status: { state: 'expired' } });
  const again = await cluster.restore(files, '--apply', '--existing', 'update');
  assert.equal(again.rows[0]?.outcome, 'existed');
  assert.equal(at(await get(path), 'status', 'state'), 'expired');
});

test('an object in a version that is not served any more is created in the next one', async () => {
  const template = { spec: { containers: [{ name: 'a', image: 'a:1' }], restartPolicy: 'Never' } };
  const run = await cluster.restore(
    {
      'shop/cronjobs.batch.json': [
        object(
          'nightly',
          { spec: { schedule: '@daily', jobTemplate: { spec: { template } } } },
          'batch/v1beta1',
          'CronJob',
        ),
      ],
      'shop/ingresses.networking.k8s.io.json': [
        object(
          'web',
          { spec: { backend: { serviceName: 'web', servicePort: 80 } } },
          'networking.k8s.io/v1beta1',
          'Ingress',
        ),
      ],
    },
    '--apply',
  );
  assert.equal(run.status, 0, run.stdout);
  assert.deepEqual(
    run.rows.map(({ outcome, notes }) => [outcome, notes.find(({ rule }) => rule === 'api-version')?.text]),
    [
      ['created', 'batch/v1beta1 → batch/v1: the server does not serve the older version'],
      [
        'created',
        'networking.k8s.io/v1beta1 → networking.k8s.io/v1: the server does not serve the older version',
      ],
    ],
  );
  const ingress = await get('/apis/networking.k8s.io/v1/namespaces/shop/ingresses/web');
  assert.deepEqual(at(ingress, 'spec', 'defaultBackend', 'service'), { name: 'web', port: { number: 80 } });
});

test('a version that only a person can convert fails with what to do', async () => {
  const scale = { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'web' } };
  const run = await cluster.restore({
    'shop/horizontalpodautoscalers.autoscaling.json': [
      object('web', { spec: scale }, 'autoscaling/v2beta1', 'HorizontalPodAutoscaler'),
    ],
  });
  assert.equal(run.status, 3);
  assert.match(
    run.rows[0]?.reason ?? '',
    /does not serve horizontalpodautoscalers\.autoscaling in version autoscaling\/v2beta1; write web in a version/,
  );
});

test('--status does not bring back the time of a run, after which the missed one would start', async () => {
  const template = { spec: { containers: [{ name: 'a', image: 'a:1' }], restartPolicy: 'Never' } };
  const spec = { schedule: '@daily', jobTemplate: { spec: { template } } };
  const status = {
    lastScheduleTime: EARLY,
    lastSuccessfulTime: EARLY,
    active: [{ kind: 'Job', name: 'gone', uid: 'x' }],
  };
  const run = await cluster.restore(
    {
      'shop/cronjobs.batch.json': [object('hourly', { spec }, 'batch/v1', 'CronJob')],
      'shop/_status/cronjobs.batch.json': [object('hourly', { status }, 'batch/v1', 'CronJob')],
    },
    '--apply',
    '--status',
    'cronjobs.batch',
  );
  assert.equal(run.status, 0, run.stdout);
  assert.deepEqual(at(await get('/apis/batch/v1/namespaces/shop/cronjobs/hourly'), 'status'), {
    lastSuccessfulTime: EARLY,
  });
});

test('a project keeps its ranges of uids with its old volumes alone', async () => {
  const ranges = {
    'openshift.io/sa.scc.uid-range': '1000680000/10000',
    'openshift.io/sa.scc.mcs': 's0:c26,c5',
  };
  const namespace = (name: string) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, annotations: { ...ranges, team: 'x' } },
    });
  const claim = (storageClassName: string, project: string) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: project },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName },
    });
  const run = await cluster.restore(
    {
      'namespaces.json': [namespace('kept'), namespace('renewed')],
      'kept/persistentvolumeclaims.json': [claim('disks', 'kept')],
      'renewed/persistentvolumeclaims.json': [claim('other', 'renewed')],
    },
    '--apply',
    '--rebind-storage-class',
    'disks',
  );
  assert.equal(run.status, 0, run.stdout);
  const annotations = async (name: string) =>
    at(await get(`/api/v1/namespaces/${name}`), 'metadata', 'annotations');
  assert.deepEqual(await annotations('kept'), { ...ranges, team: 'x' });
  assert.deepEqual(await annotations('renewed'), { team: 'x' });
});

test('a token Secret that somebody asked for is created without the old token', async () => {
  const annotations = {
    'kubernetes.io/service-account.name': 'default',
    'kubernetes.io/service-account.uid': '6d3f9e0c-1111-4222-8333-444455556666',
  };
  const secret = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'ci', namespace: 'shop', annotations },
    type: 'kubernetes.io/service-account-token',
    data: { token: 'b2xk' },
  });
  const run = await cluster.restore({ 'shop/secrets.json': [secret] }, '--apply');
  assert.equal(run.status, 0, run.stdout);
  const made = await get('/api/v1/namespaces/shop/secrets/ci');
  assert.equal(at(made, 'data', 'token'), undefined);
  assert.deepEqual(at(made, 'metadata', 'annotations'), { 'kubernetes.io/service-account.name': 'default' });
});
