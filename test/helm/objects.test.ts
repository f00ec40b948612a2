import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, type KubeObject, listAt } from '../support/kube-object.ts';
import { CHART, helm, render, the } from './helm.ts';
import { MATRIX } from './matrix.ts';

const defaults = await render();
const everything = await render(MATRIX['everything on']);

const jobOf = (objects: readonly KubeObject[]) => at(the(objects, 'CronJob'), 'spec', 'jobTemplate', 'spec');
const podOf = (objects: readonly KubeObject[]) => at(jobOf(objects), 'template', 'spec');
const containerOf = (objects: readonly KubeObject[]) => at(podOf(objects), 'containers', 0);
const settingsOf = (container: unknown) =>
  Object.fromEntries(listAt(container, 'env').map((each) => [at(each, 'name'), at(each, 'value')]));

describe('every choice of values', () => {
  for (const [name, rendering] of Object.entries(MATRIX)) {
    it(`passes helm lint --strict and bears Kubernetes' labels: ${name}`, async () => {
      const lint = await helm(['lint', '--strict', CHART, '--values', '-'], rendering);
      assert.equal(lint.status, 0, lint.stdout + lint.stderr);
      for (const { kind, metadata } of await render(rendering)) {
        const { labels = {} } = metadata;
        assert.equal(labels['app.kubernetes.io/name'], 'openshift-backup', kind);
        assert.equal(labels['app.kubernetes.io/instance'], 'nightly', kind);
        assert.equal(labels['app.kubernetes.io/managed-by'], 'Helm', kind);
        assert.equal(labels['app.kubernetes.io/version'], '1.0.0', kind);
        // The names of roles begin with the namespace; theirs may have 253 characters.
        assert(metadata.name.replace('cluster-backup:', '').length <= 63, metadata.name);
      }
    });
  }
});

describe('the CronJob', () => {
  it('runs one backup at a time, ends what hangs, and keeps some jobs for their logs', () => {
    const { jobTemplate: _, ...spec } = the(defaults, 'CronJob').spec as Record<string, unknown>;
    assert.deepEqual(spec, {
      schedule: '15 0 * * *',
      timeZone: 'UTC',
      suspend: false,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
    });
    assert.equal(at(jobOf(defaults), 'activeDeadlineSeconds'), 7200);
    assert.equal(at(jobOf(defaults), 'backoffLimit'), 2);
    assert.equal(at(jobOf(defaults), 'ttlSecondsAfterFinished'), undefined);
    assert.equal(at(jobOf(everything), 'ttlSecondsAfterFinished'), 1_000_000);
  });

  it('does not retry what a retry cannot mend, and does not count a drained node', () => {
    assert.deepEqual(listAt(jobOf(defaults), 'podFailurePolicy', 'rules'), [
      { action: 'FailJob', onExitCodes: { containerName: 'backup', operator: 'In', values: [2, 3] } },
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    ]);
    assert.equal(at(containerOf(defaults), 'name'), 'backup');
    assert.equal(at(podOf(defaults), 'restartPolicy'), 'Never');
  });

  it('hands settings on as environment variables, the same to the retrieval pod and the test', () => {
    assert.deepEqual(settingsOf(containerOf(defaults)), {
      OPENSHIFT_BACKUP_ZONE: 'UTC',
      OPENSHIFT_BACKUP_RETAIN_DAYS: '7',
      OPENSHIFT_BACKUP_RETAIN_MIN: '1',
      BACKUP_SECRETS: 'true',
    });
    const settings = settingsOf(containerOf(everything));
    assert.deepEqual(settings, {
      OPENSHIFT_BACKUP_ZONE: 'America/Argentina/Buenos_Aires',
      OPENSHIFT_BACKUP_RETAIN_DAYS: '0',
      OPENSHIFT_BACKUP_RETAIN_MIN: '1000000',
      OPENSHIFT_BACKUP_NAME: 'night',
      OPENSHIFT_BACKUP_STAMP: 'yyyyMMdd',
      BACKUP_SECRETS: 'true',
      OPENSHIFT_BACKUP_EXCLUDE_RESOURCE: '*.metrics.k8s.io,pods',
      OPENSHIFT_BACKUP_NO_STATUS: 'true',
      OPENSHIFT_BACKUP_RETRY_FOR: '1000000',
      HTTPS_PROXY: 'http://proxy:3128',
    });
    const retrieval = at(the(everything, 'Deployment'), 'spec', 'template', 'spec', 'containers', 0);
    assert.deepEqual(settingsOf(retrieval), settings);
    assert.deepEqual(settingsOf(at(the(everything, 'Pod').spec, 'containers', 0)), settings);
  });

  it('hands on the periods whose archives are kept, instead of the days', async () => {
    const keep = { within: '1y6m', last: 3, daily: 0, yearly: 'unlimited' };
    const settings = settingsOf(containerOf(await render({ values: { retention: { keep } } })));
    assert.deepEqual(
      Object.entries(settings).filter(([name]) => /RETAIN|KEEP/.test(name)),
      [
        ['OPENSHIFT_BACKUP_KEEP_DAILY', '0'],
        ['OPENSHIFT_BACKUP_KEEP_LAST', '3'],
        ['OPENSHIFT_BACKUP_KEEP_WITHIN', '1y6m'],
        ['OPENSHIFT_BACKUP_KEEP_YEARLY', 'unlimited'],
        ['OPENSHIFT_BACKUP_RETAIN_MIN', '1'],
      ],
    );
  });

  it('in the scope projects backs these up', async () => {
    const settings = settingsOf(containerOf(await render(MATRIX.projects)));
    assert.equal(settings.OPENSHIFT_BACKUP_PROJECT, 'shop,payments');
  });

  it('takes the image by tag, or by digest where there is one', async () => {
    const image = (objects: readonly KubeObject[]) => at(containerOf(objects), 'image');
    assert.equal(image(defaults), 'localhost/openshift-backup:1.0.0');
    assert.equal(image(everything), 'registry.example.com:5000/tools/openshift-backup:1.0.0-rc.1');
    const byDigest = image(await render(MATRIX['the job alone, by digest']));
    assert.equal(byDigest, `localhost/openshift-backup@sha256:${'0'.repeat(64)}`);
  });
});

describe('beside it', () => {
  it('one pod for retrieval idles on the same volume, unless values say no', async () => {
    const deployment = the(defaults, 'Deployment', '-retrieval');
    const pod = at(deployment, 'spec', 'template', 'spec');
    assert.deepEqual(at(pod, 'containers', 0, 'args'), ['idle']);
    assert.deepEqual(at(pod, 'volumes'), at(podOf(defaults), 'volumes'));
    assert.deepEqual(at(deployment, 'spec', 'strategy'), { type: 'Recreate' });
    const labels = at(deployment, 'spec', 'template', 'metadata', 'labels');
    for (const [key, value] of Object.entries(at(deployment, 'spec', 'selector', 'matchLabels') ?? {}))
      assert.equal(at(labels, key), value);
    const alone = await render(MATRIX['the job alone, by digest']);
    assert(!alone.some(({ kind }) => kind === 'Deployment'));
  });

  it('the claim is ReadWriteMany and stays on uninstall; one that exists is used as it is', async () => {
    const claim = the(defaults, 'PersistentVolumeClaim');
    assert.deepEqual(claim.metadata.annotations, { 'helm.sh/resource-policy': 'keep' });
    const requests = { storage: '10Gi' };
    assert.deepEqual(claim.spec, { accessModes: ['ReadWriteMany'], resources: { requests } });
    const other = the(everything, 'PersistentVolumeClaim');
    assert.deepEqual(other.metadata.annotations, { 'example.com/a': 'b' });
    assert.equal(at(other.spec, 'storageClassName'), 'nfs');
    assert.equal(at(other.spec, 'volumeName'), 'archives');
    const byHand = the(await render(MATRIX['volumes made by hand']), 'PersistentVolumeClaim');
    assert.equal(at(byHand.spec, 'storageClassName'), '');
    const existing = await render(MATRIX['what exists already']);
    assert(!existing.some(({ kind }) => ['PersistentVolumeClaim', 'ServiceAccount'].includes(kind)));
    const source = { name: 'archives', persistentVolumeClaim: { claimName: 'archives' } };
    assert.deepEqual(at(podOf(existing), 'volumes', 0), source);
    assert.equal(at(podOf(existing), 'serviceAccountName'), 'auditor');
  });

  const affinities = (objects: readonly KubeObject[]) => {
    const deployment = objects.find(({ kind }) => kind === 'Deployment');
    const pods = [podOf(objects), the(objects, 'Pod').spec, at(deployment, 'spec', 'template', 'spec')];
    return pods.filter((pod) => pod !== undefined).map((pod) => at(pod, 'affinity'));
  };

  it('all pods run on one node where the claim is ReadWriteOnce, and where they like otherwise', async () => {
    assert.deepEqual(affinities(defaults), [undefined, undefined, undefined]);
    const values = { persistence: { accessMode: 'ReadWriteOnce' } };
    const objects = await render({ values });
    assert.deepEqual(at(the(objects, 'PersistentVolumeClaim').spec, 'accessModes'), ['ReadWriteOnce']);
    const labels = { 'app.kubernetes.io/instance': 'nightly', 'app.kubernetes.io/name': 'openshift-backup' };
    const term = { labelSelector: { matchLabels: labels }, topologyKey: 'kubernetes.io/hostname' };
    const podAffinity = { requiredDuringSchedulingIgnoredDuringExecution: [term] };
    assert.deepEqual(affinities(objects), [{ podAffinity }, { podAffinity }, { podAffinity }]);
    for (const each of [the(objects, 'Pod'), at(jobOf(objects), 'template')])
      for (const [key, value] of Object.entries(labels))
        assert.equal(at(each, 'metadata', 'labels', key), value, 'else the first pod could never be placed');
  });

  it('… besides the affinity that values ask for', async () => {
    const other = {
      labelSelector: { matchLabels: { app: 'cache' } },
      topologyKey: 'topology.kubernetes.io/zone',
    };
    const affinity = {
      nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] },
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [other] },
    };
    const values = { affinity, persistence: { accessMode: 'ReadWriteOnce' } };
    const [found] = affinities(await render({ values }));
    assert.deepEqual(at(found, 'nodeAffinity'), affinity.nodeAffinity);
    const terms = listAt(found, 'podAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
    assert.equal(terms.length, 2);
    assert.deepEqual(terms[0], other);
  });

  it('`helm test` shows what may be read, then verifies the archives, and leaves its log', () => {
    const pod = the(defaults, 'Pod', '-test');
    assert.deepEqual(pod.metadata.annotations, {
      'helm.sh/hook': 'test',
      'helm.sh/hook-delete-policy': 'before-hook-creation',
    });
    assert.deepEqual(at(pod.spec, 'initContainers', 0, 'args'), ['access']);
    assert.deepEqual(at(pod.spec, 'containers', 0, 'args'), ['verify']);
  });

  it('a common label does not take the place of one that selectors go by', () => {
    const { labels } = the(everything, 'CronJob').metadata;
    assert.equal(labels?.team, 'platform');
    assert.equal(labels?.['app.kubernetes.io/name'], 'openshift-backup');
  });

  it('what is optional is not there unless it is asked for', () => {
    const kinds = ['NetworkPolicy', 'ResourceQuota', 'LimitRange', 'PrometheusRule'];
    assert.deepEqual(
      defaults.filter(({ kind }) => kinds.includes(kind)),
      [],
    );
    for (const kind of kinds) the(everything, kind);
  });
});

describe('the NetworkPolicy', () => {
  it('lets every pod of ours reach the API server and DNS, and nobody reach them', () => {
    const { podSelector, policyTypes, egress, ...rest } = the(everything, 'NetworkPolicy').spec as Record<
      string,
      unknown
    >;
    const matchLabels = {
      'app.kubernetes.io/name': 'openshift-backup',
      'app.kubernetes.io/instance': 'nightly',
    };
    assert.deepEqual(podSelector, { matchLabels });
    assert.deepEqual(policyTypes, ['Ingress', 'Egress']);
    assert.deepEqual(rest, {});
    const [server, dns, ...more] = listAt(egress);
    assert.deepEqual(more, []);
    assert.deepEqual(server, {
      to: [{ ipBlock: { cidr: '192.0.2.1/32' } }, { ipBlock: { cidr: '2001:db8::1/128' } }],
      ports: [443, 6443].map((port) => ({ protocol: 'TCP', port })),
    });
    const ports = [53, 5353].flatMap((port) => ['UDP', 'TCP'].map((protocol) => ({ protocol, port })));
    assert.deepEqual(at(dns, 'ports'), ports);
    assert.equal(listAt(dns, 'to').length, 2);
  });
});
