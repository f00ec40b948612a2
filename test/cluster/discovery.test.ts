import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client } from '../../src/cluster/client.ts';
import { findCredentials } from '../../src/cluster/credentials.ts';
import { discover } from '../../src/cluster/discovery.ts';
import { registerBrokenApi } from '../support/aggregated-api.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { servedTypes } from '../support/discovery.ts';
import { mayRead } from '../support/grants.ts';
import { loadSample } from '../support/sample-cluster.ts';
import { Volume } from './run-cli.ts';
import { runHere } from './run-here.ts';

const BROKEN = '*.broken.example.com';

let control: ControlPlane;
before(async () => {
  control = await startControlPlane();
  await loadSample(control);
  await registerBrokenApi(control);
});
after(() => control.stop());

/** Asks for plain documents only, as if the server knew no others. */
class PlainClient extends Client {
  override get(path: string): Promise<unknown> {
    return super.get(path);
  }
}

async function discovered(Kind: typeof Client) {
  const credentials = await findCredentials(control.kubeconfig, null, {});
  const { signal } = new AbortController();
  const client = new Kind(credentials, { requestTimeout: 5000, retryFor: 200, userAgent: 'test', signal });
  // What a client asks at its very beginning is not counted.
  await client.get('/version');
  const before = client.requests;
  const found = await discover(client);
  credentials.close();
  return { ...found, requests: client.requests - before };
}

test('every listable type is found, in three requests', async () => {
  const { types, requests } = await discovered(Client);
  const listable = (await servedTypes(control.admin)).filter(({ verbs }) => verbs.includes('list'));
  const nameOf = (apiVersion: string, resource: string) =>
    apiVersion.includes('/') ? `${resource}.${apiVersion.split('/')[0]}` : resource;
  const names = new Set(listable.map(({ apiVersion, resource }) => nameOf(apiVersion, resource)));
  assert.deepEqual(
    types.map(({ name }) => name),
    [...names].sort(),
  );
  assert.equal(requests, 3);
});

test('discovery group by group finds the same types', async () => {
  const [aggregated, plain] = [await discovered(Client), await discovered(PlainClient)];
  assert.deepEqual(plain.types, aggregated.types);
  assert(plain.requests > 20, String(plain.requests));
  assert.deepEqual(
    plain.broken.map(({ name, outcome }) => [name, outcome]),
    [[BROKEN, 'failed']],
  );
  assert.match(plain.broken[0]?.reason ?? '', /GET \/apis\/broken\.example\.com\/v1beta1: 503 /);
});

test('a type has the names that kubectl shows', async () => {
  const { types } = await discovered(Client);
  assert.deepEqual(
    types.find(({ name }) => name === 'deploymentconfigs.apps.openshift.io'),
    {
      name: 'deploymentconfigs.apps.openshift.io',
      group: 'apps.openshift.io',
      version: 'v1',
      resource: 'deploymentconfigs',
      singular: 'deploymentconfig',
      shortNames: ['dc'],
      kind: 'DeploymentConfig',
      namespaced: true,
    },
  );
});

const backUp = (volume: Volume, ...words: string[]) =>
  runHere(['--volume', volume.path, '--kubeconfig', control.kubeconfig, ...words]);

test('an aggregated API that is down makes the archive incomplete; all other types are exported', async () => {
  using volume = new Volume();
  const run = await backUp(volume);
  assert.equal(run.status, 3);
  const archive = volume.latest();
  assert.equal(archive.manifest.complete, false);
  const failed = archive.manifest.resourceTypes.filter(({ outcome }) => outcome === 'failed');
  const reason = `the aggregated API broken.example.com/v1beta1 does not answer; repair the API behind it (kubectl get apiservices), or exclude it permanently with --exclude-resource "${BROKEN}"`;
  assert.deepEqual(
    failed.map((row) => [row.name, row.reason]),
    [[BROKEN, reason]],
  );
  assert(archive.names.includes('shop/deployments.apps.json'));
  const line = run.log.find(({ type }) => type === BROKEN);
  assert.deepEqual([line?.level, line?.outcome, line?.reason], ['error', 'failed', reason]);
  const last = run.log.at(-1);
  assert.deepEqual([last?.level, last?.complete, last?.failed], ['error', false, [BROKEN]]);
});

test('access reports it as a backup does', async () => {
  const run = await runHere(['access', '--kubeconfig', control.kubeconfig]);
  assert.equal(run.status, 3);
  assert.match(run.stdout, /^\*\.broken\.example\.com +failed +the aggregated API/m);
});

test('an account that may read a single type gets the report, too', async () => {
  using volume = new Volume();
  const user = await control.addUser('reader');
  await control.grant({ to: { user: 'reader' }, rules: [mayRead('', 'configmaps')] });
  const run = await runHere(['--volume', volume.path, '--kubeconfig', user.kubeconfig]);
  assert.equal(run.status, 3);
  assert(volume.latest().names.includes('shop/configmaps.json'));
});

for (const words of [
  ['--exclude-resource', BROKEN],
  ['--exclude-resource', '*.example.com'],
  ['--resource', 'configmaps,*.apps'],
]) {
  test(`${words.join(' ')} excludes it, and the archive is complete`, async () => {
    using volume = new Volume();
    const run = await backUp(volume, ...words);
    assert.equal(run.status, 0, run.stderr);
    const archive = volume.latest();
    assert.equal(archive.manifest.complete, true);
    const { outcome, reason } = archive.type(BROKEN);
    const why = words[0] === '--resource' ? 'not among --resource' : 'by --exclude-resource';
    assert.deepEqual([outcome, reason], ['excluded', why]);
    assert.deepEqual(
      run.log.filter(({ level }) => level === 'warn' || level === 'error'),
      [],
    );
  });
}

for (const words of [
  ['--resource', 'configmaps,things.broken.example.com'],
  ['--exclude-resource', 'things.broken.example.com'],
]) {
  test(`${words.join(' ')} does not exclude the whole group`, async () => {
    using volume = new Volume();
    assert.equal((await backUp(volume, ...words)).status, 3);
    assert.equal(volume.latest().type(BROKEN).outcome, 'failed');
  });
}
