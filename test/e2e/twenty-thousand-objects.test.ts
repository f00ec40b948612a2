import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { before, suite, test } from 'node:test';
import { PKI } from '../cluster-node/certificates.ts';
import { SERVER } from '../cluster-node/layout.ts';
import { ApiClient } from '../support/api-client.ts';
import { Applier } from '../support/apply.ts';
import { atTheEnd, kubectl, OWN_NODE, project, storageClass } from './cluster.ts';
import { Release } from './release.ts';

const NAMESPACE = 'e2e-load';
const PROJECTS = 40;
const OBJECTS = 20_000;
const MIB = 2 ** 20;
const release = new Release('e2e-load', NAMESPACE);

// The name of this file puts it last: a cluster takes a while to get rid of what it makes, and others count.

suite('a cluster of 20,000 objects', {
  skip: !OWN_NODE && 'no cluster of yours is filled with objects',
}, () => {
  before(async () => {
    await project(NAMESPACE);
    const volumes = await storageClass(NAMESPACE);
    release.deleteClusterRolesAtTheEnd();
    await release.install({ schedule: '0 0 1 1 *', 'rbac.secrets': true }, volumes);
    await fill();
  });

  test('is backed up inside the memory limit that the chart sets', async (t) => {
    await release.start('night');
    const { type, log } = await release.ended('night', 120_000);
    assert.equal(type, 'Complete', log.slice(-3000));
    const { objects, peakMemory, duration } = JSON.parse(log.trim().split('\n').at(-1) ?? '');
    assert(objects > OBJECTS);
    const limit = await memoryLimit(
      'cronjob',
      '{.spec.jobTemplate.spec.template.spec.containers[0].resources.limits.memory}',
    );
    assert(peakMemory < 0.75 * limit, `${peakMemory} of ${limit} bytes`);
    t.diagnostic(
      `job: ${objects} objects in ${duration} s, peak ${Math.round(peakMemory / MIB)} of ${limit / MIB} MiB`,
    );
  });

  test('can be backed up from the retrieval pod too, whose limit is smaller', async (t) => {
    const log = await release.kubectl(
      'exec',
      `deployment/${release.name}-retrieval`,
      '--',
      'sh',
      '-c',
      'openshift-backup backup 2>&1',
    );
    const { peakMemory } = JSON.parse(log.trim().split('\n').at(-1) ?? '');
    const limit = await memoryLimit(
      'deployment',
      '{.spec.template.spec.containers[0].resources.limits.memory}',
      '-retrieval',
    );
    t.diagnostic(`retrieval pod: peak ${Math.round(peakMemory / MIB)} of ${limit / MIB} MiB`);
    const restarts = await release.kubectl(
      'get',
      'pods',
      '--output',
      'jsonpath={.items[*].status.containerStatuses[*].restartCount}',
    );
    assert.match(restarts, /^[0 ]+$/);
  });
});

async function memoryLimit(kind: string, path: string, suffix = ''): Promise<number> {
  const limit = await release.kubectl(
    'get',
    kind,
    `${release.name}${suffix}`,
    '--output',
    `jsonpath=${path}`,
  );
  assert.match(limit, /^\d+Mi$/);
  return Number.parseInt(limit, 10) * MIB;
}

/** ConfigMaps of 1 to 8 KiB and Secrets among them, in projects of 500 objects. */
async function fill(): Promise<void> {
  const read = (file: string) => readFile(file, 'utf8');
  const credentials = {
    server: SERVER,
    caPem: await read(PKI.ca),
    certPem: await read(PKI.admin),
    keyPem: await read(PKI.adminKey),
  };
  const projects = Array.from({ length: PROJECTS }, (_, index) => `e2e-many-${index}`);
  atTheEnd(() => kubectl('delete', 'namespace', ...projects, '--wait=false'));
  const objects = projects.flatMap((namespace) => [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    ...Array.from({ length: OBJECTS / PROJECTS }, (_, index) => ({
      apiVersion: 'v1',
      kind: index % 5 === 0 ? 'Secret' : 'ConfigMap',
      metadata: { name: `object-${index}`, namespace },
      data: { content: randomBytes(768 * (1 + (index % 8))).toString('base64') },
    })),
  ]);
  await new Applier(new ApiClient(credentials)).apply(objects, { concurrency: 24 });
}
