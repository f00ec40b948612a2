import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { apply, get, project, run, type Said, storageClass } from './cluster.ts';
import { Release } from './release.ts';

// `make backup-now` tells what keeps a backup from starting, follows its log, and ends as the Job does.

const NAMESPACE = 'e2e-now';
const NEW_YEAR = '0 0 1 1 *';
const release = new Release('e2e-now', NAMESPACE);

/** Runs it with little grace for what does not mend by itself, and returns what it said. */
async function backUpNow(settings: Readonly<Record<string, string>> = {}) {
  const environment = { ...process.env, GRACE: '4' };
  const said: Said = await release.make('backup-now', { KUBECTL: 'kubectl', ...settings }, environment);
  return { ...said, all: said.stdout + said.stderr };
}

/** Changes the template of the CronJob's Jobs for the time of a test. */
async function withTemplate(spec: object, work: () => Promise<void>): Promise<void> {
  const { metadata, ...before } = await get<{ metadata: { resourceVersion?: string } }>(
    'cronjob',
    release.name,
    '--namespace',
    NAMESPACE,
  );
  const { resourceVersion: _, ...rest } = metadata;
  const patch = { spec: { jobTemplate: { spec } } };
  await release.kubectl('patch', 'cronjob', release.name, '--patch', JSON.stringify(patch));
  try {
    await work();
  } finally {
    await run('kubectl', ['replace', '--filename', '-'], JSON.stringify({ ...before, metadata: rest }));
    await release.kubectl('delete', 'jobs', '--all', '--wait=false');
  }
}

const container = (fields: object) => ({
  template: { spec: { containers: [{ name: 'backup', ...fields }] } },
});

let volumes = '';
before(async () => {
  await project(NAMESPACE);
  volumes = await storageClass('e2e-now');
  release.deleteClusterRolesAtTheEnd();
  await release.install({ schedule: NEW_YEAR }, volumes);
});

describe('make backup-now', () => {
  test('follows the log from its first line to the end of the Job, each time', async () => {
    for (let each = 0; each < 3; each++) {
      const { all, status } = await backUpNow();
      assert.equal(status, 0, all);
      assert.match(all, /^\d+ objects from \d+ projects? in \d+ files, .* s$/m);
      assert.doesNotMatch(all, /^\{/m, 'no log lines in JSON');
      assert.match(all, /The Job e2e-now-manual-\d+ is complete\.\n$/);
    }
  });

  test('ends with the reason where the Job fails, with what the exit code means', async () => {
    await withTemplate(container({ args: ['--retain-days', 'many'] }), async () => {
      const { all, status } = await backUpNow();
      assert.notEqual(status, 0);
      assert.match(all, /--retain-days many: .*\n/, 'the log');
      assert.match(all, /The Job \S+ failed: PodFailurePolicy: .* exit code 2/i);
      assert.match(all, /Exit code 2: the configuration is invalid/);
    });
  });

  test('follows each pod of a Job that tries again', async () => {
    const program = 'echo attempt; exit 9';
    const spec = { backoffLimit: 1, ...container({ command: ['sh', '-c', program] }) };
    await withTemplate(spec, async () => {
      const { all, status } = await backUpNow();
      assert.notEqual(status, 0);
      assert.equal(all.match(/^attempt$/gm)?.length, 2, all);
      assert.match(all, /failed: BackoffLimitExceeded/);
    });
  });

  test('names the image that nobody has, long before the Job would be given up', async () => {
    for (const fields of [
      { image: 'localhost/openshift-backup:nobody-has-it', imagePullPolicy: 'Never' },
      { image: 'no.such.registry.invalid/openshift-backup:1' },
      { image: 'Not An Image' },
    ])
      await withTemplate(container(fields), async () => {
        const { all, status } = await backUpNow();
        assert.notEqual(status, 0);
        assert.match(
          all,
          /cannot start: (ErrImageNeverPull|ErrImagePull|ImagePullBackOff|InvalidImageName): /,
        );
        assert(all.includes(fields.image), all);
        assert.match(all, /describe job,pod --selector job-name=/);
        assert.doesNotMatch(all, /has started within/, 'it gave up before START_TIMEOUT');
      });
  });

  test('names the claim that gets no volume, and the one that is not there', async () => {
    const claim = (name: string, storageClassName: string) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace: NAMESPACE },
      spec: {
        accessModes: ['ReadWriteMany'],
        storageClassName,
        resources: { requests: { storage: '1Gi' } },
      },
    });
    await apply(claim('no-class', 'no-such-class'), claim('by-hand', ''));
    for (const [claimName, sentence] of [
      [
        'no-class',
        /PersistentVolumeClaim no-class is Pending and cannot be bound: ProvisioningFailed: .*"no-such-class" not found/,
      ],
      [
        'by-hand',
        /PersistentVolumeClaim by-hand is Pending and cannot be bound: FailedBinding: no persistent volumes available/,
      ],
      ['missing', /the PersistentVolumeClaim missing does not exist/],
    ] as const) {
      const archives = [{ name: 'archives', persistentVolumeClaim: { claimName } }];
      await withTemplate({ template: { spec: { volumes: archives } } }, async () => {
        const { all, status } = await backUpNow();
        assert.notEqual(status, 0);
        assert.match(all, sentence);
        assert.doesNotMatch(all, /has started within/, 'it gave up before START_TIMEOUT');
      });
    }
  });

  test('names what forbids the pod', async () => {
    const securityContext = { allowPrivilegeEscalation: true };
    await withTemplate(container({ securityContext }), async () => {
      const { all, status } = await backUpNow();
      assert.notEqual(status, 0);
      assert.match(all, /no pod can be created: .*violates PodSecurity "restricted/);
    });
  });

  test('shows why the pod does not start, and gives up after START_TIMEOUT', async () => {
    const nodeSelector = { 'example.com/no-such-node': 'yes' };
    await withTemplate({ template: { spec: { nodeSelector } } }, async () => {
      const { all, status } = await backUpNow({ START_TIMEOUT: '8' });
      assert.notEqual(status, 0);
      assert.match(all, /^ {2}Pod \S+ {2}Warning {2}FailedScheduling: /m);
      assert.match(
        all,
        /no pod of the Job has started within 8 seconds: FailedScheduling: 0\/\d+ nodes are available/,
      );
    });
  });

  test('tells an installation that is not there', async () => {
    const { all, status } = await backUpNow({ NAME: 'nothing' });
    assert.notEqual(status, 0);
    assert.match(all, /cronjobs\.batch "nothing" not found/);
  });
});

describe('the notes of the chart', () => {
  test('print commands that work, in their order', async () => {
    const notes = await release.install({ schedule: NEW_YEAR }, volumes);
    const archive = 'openshift-backup203001010000.zip';
    const commands = notes
      .split('\nNOTES:\n')[1]
      ?.split('\n')
      .filter((line) => /^ {2}\S/.test(line))
      .filter((line) => !line.includes('delete persistentvolumeclaim'))
      .map((line) =>
        line
          .trim()
          .replaceAll('ARCHIVE.zip', archive)
          .replaceAll('PROJECT/deployments.apps/NAME', `${NAMESPACE}/deployments.apps/e2e-now-retrieval`),
      );
    assert(commands !== undefined && commands.length > 10, notes);
    // The archive that the commands fetch has a name that is known.
    const fetch = commands.findIndex((line) => line.includes(' cp '));
    const copy = `cp "$(ls -t *.zip | head -1)" ${archive}`;
    commands.splice(
      fetch,
      0,
      `kubectl -n ${NAMESPACE} exec deploy/${release.name}-retrieval -- sh -c 'cd /openshift-backup && ${copy}'`,
    );
    const script = ['set -ex', 'cd "$(mktemp -d)"', ...commands, `unzip -tq ${archive}`].join('\n');
    await run('bash', ['-c', script]);
  });
});
