import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runCli, Volume } from '../cluster/run-cli.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { at, type KubeObject, listAt, textAt } from '../support/kube-object.ts';
import { render, the } from './helm.ts';

/** Mounts are made in a mount namespace, so that nothing of them is left. */
const skip = spawnSync('unshare', ['--mount', 'true']).status === 0 ? false : 'mounting needs root';

/** The cluster in which the release runs, and the one that it backs up. */
let here: ControlPlane;
let other: ControlPlane;
before(async () => {
  [here, other] = await Promise.all([startControlPlane(), startControlPlane()]);
  const configMap = (name: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default' },
  });
  await Promise.all([here.apply([configMap('of-this-cluster')]), other.apply([configMap('of-the-other')])]);
});
after(() => Promise.all([here.stop(), other.stop()]));

/**
 * The backup that the CronJob of a release with `kubeconfigSecret` would run: its environment, its Secret mounted where the
 * pod mounts it, and the address of the API server that every pod of this cluster gets.
 */
async function backUpWith(secret: Readonly<Record<string, string>>, volume: Volume) {
  const objects = await render({ values: { kubeconfigSecret: 'production' } });
  const pod = at(the(objects, 'CronJob').spec, 'jobTemplate', 'spec', 'template', 'spec');
  const [container] = listAt(pod, 'containers');
  const named = (entries: unknown, name: string) =>
    listAt(entries, name).find((each) => at(each, 'name') === 'kubeconfig');
  assert.equal(textAt(named(pod, 'volumes'), 'secret', 'secretName'), 'production');
  const mountPath = textAt(named(container, 'volumeMounts'), 'mountPath');

  const folder = mkdtempSync(join(here.directory, 'secret-'));
  for (const [key, file] of Object.entries(secret)) copyFileSync(file, join(folder, key));
  const mount = `mount -t tmpfs none ${dirname(dirname(mountPath))} && mkdir -p ${mountPath} && mount --bind "$1" ${mountPath}`;
  const through = ['unshare', '--mount', 'sh', '-c', `${mount} && shift && exec "$@"`, 'sh', folder];
  const variables = listAt(container, 'env').map((each) => [
    textAt(each, 'name'),
    at(each, 'value') === undefined ? '' : textAt(each, 'value'),
  ]);
  const environment = {
    ...Object.fromEntries(variables),
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: String(here.port),
  };
  return await runCli(['backup', '--volume', volume.path], { environment, through });
}

describe('a release with kubeconfigSecret', { skip }, () => {
  it('backs up the cluster of the kubeconfig, not the one in which it runs', async () => {
    using volume = new Volume();
    const run = await backUpWith({ kubeconfig: other.kubeconfig }, volume);
    assert.equal(run.status, 0, run.stderr);
    const { server, uid: clusterUid } = volume.latest().manifest.cluster;
    assert.equal(server, other.server);
    const uid = async ({ admin }: ControlPlane) =>
      textAt(await admin.request('GET', '/api/v1/namespaces/kube-system'), 'metadata', 'uid');
    assert.equal(clusterUid, await uid(other));
    assert.notEqual(clusterUid, await uid(here));
    const shown = await runCli(['show', 'latest', 'default/configmaps', '--volume', volume.path]);
    assert.match(shown.stdout, /of-the-other/);
    assert.doesNotMatch(shown.stdout, /of-this-cluster/);
  });

  it('fails if the Secret has no key kubeconfig, and does not back up its own cluster instead', async () => {
    using volume = new Volume();
    const run = await backUpWith({}, volume);
    assert.equal(run.status, 2, run.stderr);
    assert.match(run.stderr, /\/etc\/openshift-backup\/kubeconfig\/kubeconfig/);
    assert.deepEqual(volume.archives(), []);
  });
});
