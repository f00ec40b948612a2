import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildah } from '../cluster-node/buildah.ts';
import { waitFor } from '../support/wait.ts';
import { apply, attempt, get, IMAGE, kubectl, OWN_NODE, project, run, UID } from './cluster.ts';
import { RESTRICTED_CONTAINER, RESTRICTED_POD } from './workloads.ts';

const NAMESPACE = 'e2e-image';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Pod {
  status: { phase: string; containerStatuses?: { state: { terminated?: { exitCode: number } } }[] };
}

/** A pod as the restricted SCC would make it, with a root file system that is read-only. */
function pod(name: string, ...args: string[]) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      restartPolicy: 'Never',
      securityContext: RESTRICTED_POD,
      containers: [
        {
          name: 'it',
          image: IMAGE,
          args,
          securityContext: { ...RESTRICTED_CONTAINER, readOnlyRootFilesystem: true },
          volumeMounts: [
            { name: 'temporary', mountPath: '/tmp' },
            { name: 'volume', mountPath: '/openshift-backup' },
          ],
        },
      ],
      volumes: [
        { name: 'temporary', emptyDir: {} },
        { name: 'volume', emptyDir: {} },
      ],
    },
  };
}

const inside = (...argv: string[]) => kubectl('exec', 'idle', '--namespace', NAMESPACE, '--', ...argv);
const read = (name: string) => get<Pod>('pod', name, '--namespace', NAMESPACE);

suite('the image', () => {
  before(async () => {
    await project(NAMESPACE);
    await apply(pod('idle', 'idle'));
    await kubectl('wait', 'pod/idle', '--namespace', NAMESPACE, '--for=condition=Ready', '--timeout=60s');
  });

  test('runs as a user that nobody told it of, in group 0', async () => {
    assert.equal((await inside('id', '-u', '-r')).trim(), `${UID}`);
    assert.equal((await inside('id', '-g', '-r')).trim(), '0');
  });

  test('lets that user write nothing but the volume and the temporary directory', async () => {
    const writable = await inside('sh', '-c', 'find / -xdev -type d -writable 2>/dev/null; true');
    const refused = await attempt('kubectl', ['exec', 'idle', '-n', NAMESPACE, '--', 'touch', '/openshift']);
    assert.match(refused.stderr, /Read-only file system/);
    for (const directory of writable.trim().split('\n'))
      assert.match(directory, /^\/(openshift-backup|tmp|var\/tmp|run\/lock)?$/);
    await inside('touch', '/openshift-backup/it', '/tmp/it');
    await inside('rm', '/openshift-backup/it', '/tmp/it');
  });

  test('has the tool on the PATH, jq for filters, tar for oc cp, and a shell for operators', async () => {
    assert.match(await inside('openshift-backup', '--version'), /^\d+\.\d+\.\d+\n$/);
    for (const program of ['jq', 'tar', 'sh', 'bash', 'gzip']) await inside('which', program);
  });

  test('has no package managers of Node, which the tool does not need and scanners complain about', async () => {
    for (const program of ['npm', 'npx', 'corepack', 'yarn'])
      assert.notEqual(
        (await attempt('kubectl', ['exec', 'idle', '-n', NAMESPACE, '--', 'which', program])).status,
        0,
      );
  });

  test('holds the licenses of all that is in it: of bundled packages, and of each Debian package', async () => {
    const text = await inside('cat', '/usr/local/lib/openshift-backup/dist/THIRD-PARTY.txt');
    const { dependencies } = JSON.parse(await readFile(`${ROOT}package.json`, 'utf8'));
    for (const name of Object.keys(dependencies)) assert.match(text, new RegExp(`^${name} \\d`, 'm'));
    const packages = 'dpkg-query --show | cut -f 1 | cut -d : -f 1';
    const look = `for each in $(${packages}); do [ -s /usr/share/doc/$each/copyright ] || echo $each; done`;
    const without = await inside('sh', '-c', look);
    assert.equal(without, '');
    assert.match(await inside('cat', '/usr/local/lib/openshift-backup/LICENSE'), /Apache License/);
  });

  test('buries what an operator’s shell leaves behind', async () => {
    await inside('sh', '-c', '(sleep 0.2 &) ; (sleep 0.3 &)');
    await waitFor('the orphans to be gone', async () => {
      const states = await inside('sh', '-c', 'cat /proc/[0-9]*/stat');
      return !/\) Z |\(sleep\)/.test(states);
    });
  });

  test('runs filters: jq is found and may run', async () => {
    const broken = await attempt('kubectl', [
      'exec',
      'idle',
      '-n',
      NAMESPACE,
      '--',
      'openshift-backup',
      '--filter',
      '.[',
    ]);
    assert.equal(broken.status, 2);
    assert.match(broken.stderr, /filter/);
  });

  test('ends with the exit code of the tool', async () => {
    await apply(pod('wrong', '--retain-days', '-3'));
    const ended = await waitFor('the pod to end', async () => {
      const { status } = await read('wrong');
      return status.containerStatuses?.[0]?.state.terminated;
    });
    assert.equal(ended.exitCode, 2);
    assert.match(await kubectl('logs', 'wrong', '--namespace', NAMESPACE), /retain-days/);
  });

  test('hears SIGTERM as PID 1: its pod is gone long before it would be killed', async () => {
    await kubectl('delete', 'pod', 'idle', '--namespace', NAMESPACE, '--grace-period=600', '--timeout=120s');
  });
});

suite('the image as it was built', { skip: !OWN_NODE && 'the image was built elsewhere' }, () => {
  test('says what it is, starts without a shell', async () => {
    const { OCIv1 } = JSON.parse(await run('buildah', buildah('inspect', '--type', 'image', IMAGE)));
    const { Labels, Entrypoint, Cmd, User, WorkingDir } = OCIv1.config;
    assert.deepEqual(Entrypoint, ['tini', '--', 'openshift-backup']);
    assert.equal(Cmd ?? null, null);
    assert.equal(User, '1001:0');
    assert.equal(WorkingDir, '/openshift-backup');
    for (const label of ['title', 'description', 'licenses', 'version', 'revision'])
      assert.notEqual(Labels[`org.opencontainers.image.${label}`] ?? '', '', label);
  });
});
