import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { truncateSync } from 'node:fs';
import { after, afterEach, before, test } from 'node:test';
import { configMaps, namespace } from '../bad-days/bad-day.ts';
import { type Ended, endedSoon, type Running, start } from '../bad-days/run.ts';
import { type ControlPlane, startControlPlane, type User } from '../support/control-plane.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { at, listAt } from '../support/kube-object.ts';
import { waitFor } from '../support/wait.ts';
import { backUp, reportOf, restore, told, Volume } from './restore-runs.ts';

// Everything that can happen between the first object and the last.

/** More than are under way at a time, so that a run can be stopped between two of them. */
const COUNT = 300;
const COLLECTION = '/api/v1/namespaces/shop/configmaps';
const SERVICES = '/api/v1/namespaces/shop/services';
const ACCOUNTS = '/api/v1/namespaces/shop/serviceaccounts';
let control: ControlPlane;
let admin: User;
let ways: FaultProxy[] = [];
const volume = new Volume();

before(async () => {
  control = await startControlPlane();
  admin = await control.addUser('root', ['system:masters']);
  await control.apply([namespace('shop'), ...configMaps('shop', COUNT)], { concurrency: 16 });
  await backUp(volume, control.kubeconfig, '-p', 'shop');
  await control.deleteNamespace('shop');
});

afterEach(async () => {
  await Promise.all(ways.map((way) => way.close()));
  ways = [];
  await control.deleteNamespace('shop').catch(() => {});
});

after(async () => {
  volume[Symbol.dispose]();
  await control?.stop();
});

async function throughProxy(): Promise<{ proxy: FaultProxy; words: string[] }> {
  const proxy = await startFaultProxy(control, { as: admin });
  ways.push(proxy);
  const kubeconfig = await proxy.kubeconfigFor();
  const common = [
    'restore',
    'latest',
    '-o',
    'json',
    '--apply',
    '--volume',
    volume.path,
    '--kubeconfig',
    kubeconfig,
  ];
  // Nothing ends a request that is held, or takes long on a busy machine.
  return { proxy, words: [...common, '--request-timeout', '900', '--retry-for', '900'] };
}

const count = async () => listAt(await control.request('GET', COLLECTION), 'items').length;
const isCreate = (method: string, path: string) => method === 'POST' && path.startsWith(COLLECTION);

async function assertRestored(run: Ended): Promise<void> {
  assert.equal(run.status, 0, run.stderr + run.stdout.slice(0, 2000));
  using now = new Volume();
  assert.equal(await count(), COUNT);
  const archive = await backUp(now, control.kubeconfig, '-p', 'shop');
  const file = 'shop/configmaps.json';
  assert.equal(archive.text(file), volume.latest().text(file));
}

test('creates that break off after the server has made the object are not taken for somebody else’s', async () => {
  const { proxy, words } = await throughProxy();
  proxy.add({ match: isCreate, after: 5, times: 3, fault: { kind: 'reset', afterBytes: 10 } });
  const run = await start(words).ended;
  await assertRestored(run);
  const { report } = reportOf(run);
  assert.deepEqual([at(report, 'numCreated'), at(report, 'numAlreadyExisted')], [COUNT + 1, 0]);
  // Looked up, not sent again.
  const creates = proxy.requests.filter(({ method, path }) => isCreate(method, path));
  assert.equal(creates.length, COUNT);
});

test('a server that is overloaded is given the time that it asks for, and less at once', async () => {
  const { proxy, words } = await throughProxy();
  proxy.add({ match: isCreate, after: 50, times: 20, fault: { kind: 'status', status: 429, retryAfter: 3 } });
  const run = await start(words).ended;
  await assertRestored(run);
  const creates = proxy.requests.filter(({ method, path }) => isCreate(method, path));
  const refused = creates.filter(({ status }) => status === 429);
  assert.equal(refused.length, 20);
  assert.equal(creates.length, COUNT + 20);
  const first = refused[0]?.time ?? 0;
  // Every object was sent once before one was sent again.
  const early = creates.filter(({ time }) => time - first < 2900);
  assert.ok(early.length <= COUNT, 'no create was repeated before three seconds had passed');
});

/** Starts a run and waits until the first fifty creates are answered; all further ones are held until `goOn`. */
async function inTheMiddle(proxy: FaultProxy, begin: () => Running) {
  const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
  proxy.add({ match: isCreate, times: 'forever', after: 50, fault: { kind: 'hold', until } });
  const started = begin();
  await waitFor('the middle of the run', async () => {
    const creates = proxy.requests.filter(({ method, path }) => isCreate(method, path));
    return creates.length > 50 && creates.every(({ fault, status }) => fault === 'hold' || status !== null);
  });
  return { started, goOn };
}

test('an object that takes long does not hold up the others', async () => {
  const { proxy, words } = await throughProxy();
  const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
  proxy.add({ match: isCreate, times: 1, fault: { kind: 'hold', until } });
  const running = start(words);
  try {
    await waitFor('all others', async () => (await count()) === COUNT - 1);
  } finally {
    goOn();
  }
  await assertRestored(await running.ended);
});

test('killed in the middle and run again: the same end', async () => {
  const { proxy, words } = await throughProxy();
  const { started, goOn } = await inTheMiddle(proxy, () => start(words));
  started.child.kill('SIGKILL');
  await started.ended;
  const before = await count();
  assert.ok(before > 0 && before < COUNT, String(before));
  goOn();
  proxy.clear();
  const run = await start(words).ended;
  await assertRestored(run);
  const { report } = reportOf(run);
  assert.equal(at(report, 'numDiffering'), 0);
  assert.equal(Number(at(report, 'numCreated')) + Number(at(report, 'numAlreadyExisted')), COUNT + 1);
});

test('SIGTERM in the middle ends it and says how to go on', async () => {
  const { proxy, words } = await throughProxy();
  const { started, goOn } = await inTheMiddle(proxy, () => start(words));
  started.child.kill('SIGTERM');
  const run = await started.ended;
  goOn();
  assert.equal(run.status, 143);
  assert.match(run.stderr, /Ended by SIGTERM; run it again to restore the rest/);
});

test('the API server restarted in the middle: goes on', async () => {
  const { proxy, words } = await throughProxy();
  const { started, goOn } = await inTheMiddle(proxy, () => start(words));
  const bringBack = await control.takeDown();
  goOn();
  const before = proxy.requests.length;
  await waitFor('the run to try again', async () => proxy.requests.length > before);
  await bringBack();
  await assertRestored(await started.ended);
});

test('a project that is being deleted is waited for', async () => {
  await control.apply([namespace('shop'), ...configMaps('shop', 1)]);
  await control.request('DELETE', '/api/v1/namespaces/shop');
  const dry = await restore(volume, control.kubeconfig);
  assert.equal(dry.status, 0, dry.stderr);
  assert.deepEqual(
    told(dry.rows, ({ type }) => type === 'namespaces'),
    ['created _cluster/namespaces/shop'],
  );
  const late = await restore(volume, control.kubeconfig, '--apply', '--wait', '1', 'shop/cm/settings-0001');
  assert.equal(late.status, 3);
  assert.match(
    late.rows.find(({ type }) => type === 'namespaces')?.reason ?? '',
    /^it is still being deleted after 1 s, kept by its finalizers: kubernetes$/,
  );
  const { proxy, words } = await throughProxy();
  const running = start(words);
  const asked = () => proxy.count((method, path) => method === 'GET' && path === '/api/v1/namespaces/shop');
  await waitFor('the run to look again', async () => asked() > 2);
  await control.deleteNamespace('shop');
  const run = await running.ended;
  await assertRestored(run);
});

test('a webhook that is not there is told, and not waited for as a server is', async () => {
  using own = new Volume();
  const webhook = {
    name: 'check.example.com',
    clientConfig: { service: { namespace: 'shop', name: 'nobody', path: '/' } },
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } },
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    timeoutSeconds: 1,
  };
  await control.apply([namespace('shop'), ...configMaps('shop', 2)]);
  await backUp(own, control.kubeconfig, '-p', 'shop');
  await control.request('DELETE', `${COLLECTION}/settings-0000`);
  await control.apply([
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'check' },
      webhooks: [webhook],
    },
  ]);
  try {
    await waitFor('the webhook to be in the way', async () => {
      const probe = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'probe' } };
      return (await control.admin.answer('POST', `${COLLECTION}?dryRun=All`, probe)).status === 500;
    });
    const { words } = await throughProxy();
    const stuck = await endedSoon(start([...words, '--volume', own.path]));
    const { rows } = reportOf(stuck);
    assert.equal(stuck.status, 3);
    assert.deepEqual(
      told(rows, ({ outcome }) => outcome === 'failed'),
      ['failed shop/configmaps/settings-0000'],
    );
    assert.match(
      rows.at(-1)?.reason ?? '',
      /^500 InternalError: .*failed calling webhook "check\.example\.com"/,
    );
  } finally {
    await control.request(
      'DELETE',
      '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/check',
    );
  }
});

test('what fails because something does not exist yet succeeds in a later round, without being read again', async () => {
  using own = new Volume();
  // Services come a step later, so that everything else is refused at first.
  const gate = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'gate', namespace: 'shop' },
    spec: { ports: [{ port: 80 }] },
  };
  // It comes a step earlier, so that its second creation is the beginning of the second round.
  const account = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'early', namespace: 'shop' },
  };
  // Too large for the part of an archive that a reader keeps in memory.
  const large = configMaps('shop', 3).map((map) => ({
    ...map,
    data: { noise: randomBytes(200_000).toString('base64') },
  }));
  await control.apply([namespace('shop'), account, ...large, gate]);
  await backUp(own, control.kubeconfig, '-p', 'shop');
  await control.deleteNamespace('shop');
  const policy = {
    paramKind: { apiVersion: 'v1', kind: 'Service' },
    matchConstraints: {
      resourceRules: [
        {
          apiGroups: [''],
          apiVersions: ['v1'],
          operations: ['CREATE'],
          resources: ['configmaps', 'serviceaccounts'],
        },
      ],
    },
    validations: [{ expression: 'params.metadata.name == "gate"' }],
  };
  const binding = {
    policyName: 'gate',
    validationActions: ['Deny'],
    paramRef: { name: 'gate', namespace: 'shop', parameterNotFoundAction: 'Deny' },
  };
  const policies = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';
  await control.apply([
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'gate' },
      spec: policy,
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: 'gate' },
      spec: binding,
    },
  ]);
  const { proxy, words } = await throughProxy();
  try {
    await waitFor('the policy to hold', async () => {
      const probe = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'probe' } };
      const path = '/api/v1/namespaces/default/configmaps?dryRun=All';
      return (await control.admin.answer('POST', path, probe)).status >= 400;
    });
    const isPosted = (collection: string) => (method: string, path: string) =>
      method === 'POST' && path.split('?')[0] === collection;
    const isService = isPosted(SERVICES);
    const isSecondRound = (method: string, path: string) =>
      isPosted(ACCOUNTS)(method, path) && proxy.requests.some((each) => isService(each.method, each.path));
    const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
    proxy.add({ match: isSecondRound, times: 1, fault: { kind: 'hold', until } });
    const running = start([...words, '--volume', own.path]);
    await waitFor('the second round', async () => proxy.requests.some(({ fault }) => fault === 'hold'));
    // Everything has been read once, and what failed is not read again.
    truncateSync(own.latest().path);
    goOn();
    const run = await running.ended;
    assert.equal(run.status, 0, run.stdout + run.stderr);
    assert.equal(await count(), 3);
    const creates = proxy.requests.filter(({ method, path }) => isCreate(method, path));
    assert.ok(creates.length >= 6, 'three were refused at first');
  } finally {
    await control.request('DELETE', `${policies}/gate`);
    await control.request('DELETE', `${policies.replace('policies', 'policybindings')}/gate`);
  }
});
