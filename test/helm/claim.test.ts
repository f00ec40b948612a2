import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at, type JsonObject } from '../support/kube-object.ts';
import { CHART, helm, render, the } from './helm.ts';
import { project } from './server-objects.ts';

// A claim keeps its class, access mode and volume for life. What an upgrade would change is refused before anything of
// the release is changed, with what to do.

const NAME = 'nightly-openshift-backup';
const CLAIMS = '/api/v1/namespaces/cluster-backup/persistentvolumeclaims';

let control: ControlPlane;
before(async () => {
  control = await startControlPlane();
  await control.apply([project('cluster-backup'), storageClass('nfs'), storageClass('growing', true)]);
});
after(() => control.stop());

function storageClass(name: string, allowVolumeExpansion = false) {
  const provisioner = 'none.example.com';
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name },
    provisioner,
    allowVolumeExpansion,
  };
}

/** The claim of an earlier installation, bound to the volume `archives` unless its phase says otherwise. */
async function claim(spec: JsonObject = {}, phase = 'Bound'): Promise<void> {
  const bound = phase === 'Bound' ? { volumeName: 'archives' } : {};
  const rest = {
    accessModes: ['ReadWriteMany'],
    storageClassName: 'nfs',
    resources: { requests: { storage: '10Gi' } },
  };
  const labels = { 'app.kubernetes.io/managed-by': 'Helm' };
  const annotations = {
    'meta.helm.sh/release-name': 'nightly',
    'meta.helm.sh/release-namespace': 'cluster-backup',
  };
  await control.apply([
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: NAME, namespace: 'cluster-backup', labels, annotations },
      spec: { ...rest, ...bound, ...spec },
    },
  ]);
  await control.request('PATCH', `${CLAIMS}/${NAME}/status`, { status: { phase } });
}

beforeEach(async () => {
  await control.request('DELETE', CLAIMS);
  // No controller is here that would end the protection of claims.
  await control
    .request('PATCH', `${CLAIMS}/${NAME}`, { metadata: { finalizers: null } })
    .catch(() => undefined);
});

const rendered = (persistence: JsonObject, rest: JsonObject = {}) =>
  render({
    values: { persistence, ...rest },
    words: ['--dry-run=server'],
    kubeconfig: control.kubeconfig,
  });

const upgrade = (values: JsonObject) =>
  helm(['upgrade', '--install', 'nightly', CHART, '--namespace', 'cluster-backup', '--values', '-'], {
    values,
    kubeconfig: control.kubeconfig,
  });

describe('a claim that is there', () => {
  it('keeps what the values leave to the cluster: its class and its volume', async () => {
    await claim();
    const spec = the(await rendered({}), 'PersistentVolumeClaim').spec;
    assert.equal(at(spec, 'storageClassName'), 'nfs');
    assert.equal(at(spec, 'volumeName'), 'archives');
  });

  it('installed with a class and upgraded without one, stays as it is', async () => {
    const first = await upgrade({ persistence: { storageClass: 'nfs' } });
    assert.equal(first.status, 0, first.stderr);
    const second = await upgrade({});
    assert.equal(second.status, 0, second.stderr);
    assert.equal(at(await control.request('GET', `${CLAIMS}/${NAME}`), 'spec', 'storageClassName'), 'nfs');
  });

  it('that another size, class, mode or volume is asked of is refused with what to do', async () => {
    await claim();
    const move =
      /to move the archives, create another claim, copy them to it, and set persistence\.existingClaim/;
    for (const [persistence, sentence] of [
      [
        { storageClass: 'growing' },
        /persistence\.storageClass is "growing", but the claim .* has "nfs".*keep persistence\.storageClass=nfs/,
      ],
      [{ storageClass: '' }, /persistence\.storageClass is "", but/],
      [{ accessMode: 'ReadWriteOnce' }, /persistence\.accessMode is ReadWriteOnce, but .* has ReadWriteMany/],
      [{ volumeName: 'other' }, /persistence\.volumeName is other, but .* is bound to archives/],
      [
        { size: '5Gi' },
        /persistence\.size is 5Gi, but .* has 10Gi, and a claim cannot shrink: keep persistence\.size=10Gi/,
      ],
      [{ size: '9.9G' }, /a claim cannot shrink/],
      [{ size: '20Gi' }, /its storage class "nfs" does not allow volume expansion \(allowVolumeExpansion\)/],
    ] as const) {
      const told = await rendered(persistence).then(
        () => assert.fail(`${JSON.stringify(persistence)} was taken`),
        ({ message }: Error) => message,
      );
      assert.match(told, sentence);
      assert.match(told, move);
    }
  });

  it('is refused before the rest of the release is changed', async () => {
    await claim();
    assert.equal((await upgrade({})).status, 0);
    const refused = await upgrade({ persistence: { size: '1Gi' }, schedule: '1 1 1 1 1' });
    assert.match(refused.stderr, /a claim cannot shrink/);
    const cronJob = await control.request('GET', `/apis/batch/v1/namespaces/cluster-backup/cronjobs/${NAME}`);
    assert.equal(at(cronJob, 'spec', 'schedule'), '15 0 * * *');
  });

  it('may have its size written in another way, and grow where its class allows it', async () => {
    await claim({ storageClassName: 'growing' });
    for (const size of ['10240Mi', '10Gi', '1.5Ti', '11G'])
      assert.equal(
        at(the(await rendered({ size }), 'PersistentVolumeClaim').spec, 'resources', 'requests', 'storage'),
        size,
      );
  });

  it('that has no volume yet can be deleted, and the message says so', async () => {
    await claim({}, 'Pending');
    for (const persistence of [
      { storageClass: 'growing' },
      { accessMode: 'ReadWriteOnce' },
      { size: '20Gi' },
    ])
      await assert.rejects(
        rendered(persistence),
        /since it has no volume yet, delete it and the chart creates a new one: kubectl --namespace cluster-backup delete persistentvolumeclaim nightly-openshift-backup/,
      );
  });

  it('that is being deleted is not taken for one that stays', async () => {
    await claim();
    await control.request('PATCH', `${CLAIMS}/${NAME}`, { metadata: { finalizers: ['example.com/hold'] } });
    await control.request('DELETE', `${CLAIMS}/${NAME}`);
    await assert.rejects(rendered({}), /the claim .* is being deleted; wait until it is gone/);
  });

  it('whoever installs for projects may not read storage classes, and is told of the rest all the same', async () => {
    await claim();
    const team = await control.addUser('team');
    await control.grant({
      to: { user: 'team' },
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
      namespaces: ['cluster-backup'],
    });
    const asTeam = (persistence: JsonObject) =>
      render({
        values: { persistence, rbac: { scope: 'projects', projects: ['cluster-backup'] } },
        words: ['--dry-run=server'],
        kubeconfig: team.kubeconfig,
      });
    await assert.rejects(asTeam({ storageClass: 'growing' }), /keep persistence\.storageClass=nfs/);
    the(await asTeam({ size: '20Gi' }), 'PersistentVolumeClaim');
  });
});

describe('a claim of one’s own', () => {
  it('that is ReadWriteOnce has all pods run on its node, without being told', async () => {
    await claim({ accessModes: ['ReadWriteOnce'] });
    const affinity = async () =>
      at(
        the(await rendered({ existingClaim: NAME }), 'Deployment'),
        'spec',
        'template',
        'spec',
        'affinity',
        'podAffinity',
      );
    assert.notEqual(await affinity(), undefined);
    await control.request('DELETE', CLAIMS);
    await control.request('PATCH', `${CLAIMS}/${NAME}`, { metadata: { finalizers: null } });
    await claim();
    assert.equal(await affinity(), undefined);
  });
});

describe('the notes', () => {
  const notes = async (values: JsonObject) => {
    const words = ['install', 'nightly', CHART, '--namespace', 'cluster-backup', '--dry-run=server'];
    const { stdout, stderr } = await helm([...words, '--values', '-'], {
      values,
      kubeconfig: control.kubeconfig,
    });
    return stdout.split('\nNOTES:\n')[1] ?? assert.fail(stderr);
  };

  it('say that no claim will be bound where there is no default class, and which ones there are', async () => {
    assert.match(await notes({}), /no default storage class, .*\n\(existing classes: growing, nfs\)/);
  });

  it('say that a class is not there', async () => {
    assert.match(
      await notes({ persistence: { storageClass: 'fast' } }),
      /The cluster has no storage class fast \(existing classes: growing, nfs\)/,
    );
  });

  it('say what to do where the class does not offer ReadWriteMany', async () => {
    assert.match(
      await notes({ persistence: { storageClass: 'nfs' } }),
      /The claim requests ReadWriteMany from the storage class nfs[\s\S]*persistence\.accessMode=ReadWriteOnce/,
    );
    const once = await notes({ persistence: { storageClass: 'nfs', accessMode: 'ReadWriteOnce' } });
    assert.doesNotMatch(once, /ReadWriteMany/);
  });
});
