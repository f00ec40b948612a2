import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, type KubeObject, listAt } from '../support/kube-object.ts';
import { render } from './helm.ts';
import { MATRIX } from './matrix.ts';

/** The pods that the objects make, by kind. */
function podsIn(objects: readonly KubeObject[]): [string, unknown][] {
  const where: Readonly<Record<string, readonly string[]>> = {
    CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
    Deployment: ['spec', 'template', 'spec'],
    Pod: ['spec'],
  };
  return objects.flatMap((each): [string, unknown][] => {
    const path = where[each.kind];
    return path === undefined ? [] : [[each.kind, at(each, ...path)]];
  });
}

const containersOf = (pod: unknown) => [...listAt(pod, 'initContainers'), ...listAt(pod, 'containers')];

describe('with every choice of values, every pod', () => {
  for (const [name, rendering] of Object.entries(MATRIX)) {
    it(`is what Pod Security restricted and restricted-v2 want: ${name}`, async () => {
      const pods = podsIn(await render(rendering));
      const expected = name.startsWith('the job alone')
        ? ['CronJob', 'Pod']
        : ['CronJob', 'Deployment', 'Pod'];
      assert.deepEqual(pods.map(([kind]) => kind).sort(), expected);
      for (const [kind, pod] of pods) {
        const context = at(pod, 'securityContext');
        assert.equal(at(context, 'runAsNonRoot'), true, kind);
        assert.deepEqual(at(context, 'seccompProfile'), { type: 'RuntimeDefault' }, kind);
        for (const host of ['hostNetwork', 'hostPID', 'hostIPC', 'hostUsers'])
          assert.equal(at(pod, host), undefined, kind);
        const volumes = listAt(pod, 'volumes').map((volume) => Object.keys(volume as object).join());
        assert.deepEqual(volumes, ['name,persistentVolumeClaim', 'name,emptyDir'], kind);
        for (const container of containersOf(pod)) checkContainer(container);
      }
    });
  }

  it('has no user and no group, so that OpenShift assigns them', async () => {
    for (const [kind, pod] of podsIn(await render())) {
      const fields = Object.keys(at(pod, 'securityContext') as object).sort();
      assert.deepEqual(fields, ['runAsNonRoot', 'seccompProfile'], kind);
    }
  });

  it('has those that values name', async () => {
    for (const [kind, pod] of podsIn(await render(MATRIX['everything on']))) {
      const {
        runAsNonRoot: _,
        seccompProfile: __,
        ...users
      } = at(pod, 'securityContext') as Record<string, unknown>;
      const wanted = {
        runAsUser: 1_000_770_000,
        runAsGroup: 0,
        fsGroup: 1_000_770_000,
        supplementalGroups: [5555],
      };
      assert.deepEqual(users, { ...wanted, fsGroupChangePolicy: 'OnRootMismatch' }, kind);
    }
  });

  it('has the token of its account and no variables of Services, which look like options', async () => {
    for (const [, pod] of podsIn(await render())) {
      assert.equal(at(pod, 'automountServiceAccountToken'), true);
      assert.equal(at(pod, 'enableServiceLinks'), false);
      assert.equal(at(pod, 'terminationGracePeriodSeconds'), 30);
    }
  });

  it('goes where values send it', async () => {
    for (const [, pod] of podsIn(await render(MATRIX['everything on']))) {
      assert.deepEqual(at(pod, 'nodeSelector'), { 'kubernetes.io/os': 'linux' });
      assert.deepEqual(at(pod, 'tolerations'), [{ key: 'infra', operator: 'Exists' }]);
      assert.equal(at(pod, 'priorityClassName'), 'low');
      assert.deepEqual(at(pod, 'imagePullSecrets'), [{ name: 'registry' }]);
      assert.notEqual(at(pod, 'affinity', 'nodeAffinity'), undefined);
    }
  });
});

function checkContainer(container: unknown): void {
  const name = String(at(container, 'name'));
  assert.deepEqual(
    at(container, 'securityContext'),
    { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    name,
  );
  // What a ResourceQuota over cpu and memory asks of each container.
  for (const path of [
    ['requests', 'cpu'],
    ['requests', 'memory'],
    ['limits', 'memory'],
  ])
    assert.match(String(at(container, 'resources', ...path)), /^\d+(m|Mi)$/, `${name} ${path.join('.')}`);
  const mounts = [
    { name: 'archives', mountPath: '/openshift-backup' },
    { name: 'tmp', mountPath: '/tmp' },
  ];
  assert.deepEqual(at(container, 'volumeMounts'), mounts, name);
  assert.equal(at(container, 'terminationMessagePolicy'), 'FallbackToLogsOnError', name);
}
