import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DEFAULT_EXCLUSIONS } from '../../src/types/default-exclusions.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { definition } from '../support/definition.ts';
import { at } from '../support/kube-object.ts';
import { loadSample } from '../support/sample-cluster.ts';
import { Volume } from './run-cli.ts';
import { runHere } from './run-here.ts';

let control: ControlPlane;
const volumes: Volume[] = [];
before(async () => {
  control = await startControlPlane();
  await loadSample(control);
  await control.apply([gauges(), gauge('one', { app: 'web', tier: 'front' }), gauge('two', { app: 'db' })]);
});
after(async () => {
  for (const volume of volumes) volume[Symbol.dispose]();
  await control.stop();
});

/** A custom type in three versions; the server prefers v2 to v1 and to v3beta1, and converts between them. */
function gauges() {
  return definition('gauges.metering.example.com', 'Gauge', {
    shortNames: ['ga'],
    versions: ['v3beta1', 'v1', 'v2'],
    storedVersion: 'v1',
  });
}

function gauge(name: string, labels: Readonly<Record<string, string>>) {
  const metadata = { name, namespace: 'shop', labels };
  return { apiVersion: 'metering.example.com/v1', kind: 'Gauge', metadata, spec: { unit: 'm' } };
}

/** Backs up as the admin with these words; the archive, what it tells of each type, and the warnings. */
async function backUp(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const volume = new Volume();
  volumes.push(volume);
  const command = ['--volume', volume.path, '--kubeconfig', control.kubeconfig, ...words];
  const run = await runHere(command, { environment });
  assert.equal(run.status, 0, run.stderr);
  const archive = volume.latest();
  const { projects, resourceTypes } = archive.manifest;
  return {
    names: archive.names,
    projects: projects.map(({ name }) => name),
    exported: resourceTypes.filter(({ outcome }) => outcome === 'exported').map(({ name }) => name),
    type: (name: string) => resourceTypes.find((row) => row.name === name),
    objects: (file: string) => archive.objects(file),
    object: (file: string, name: string) => archive.object(file, name),
    warnings: run.log.filter(({ level }) => level === 'warn').map(({ msg }) => msg),
  };
}

/** The same as `access` shows it, which is faster: the types that would be listed. */
async function listed(...words: string[]): Promise<string[]> {
  const command = ['access', '--kubeconfig', control.kubeconfig, '-o', 'json', ...words];
  const run = await runHere(command);
  assert.equal(run.status, 0, run.stderr);
  const rows: { name: string; outcome: string }[] = JSON.parse(run.stdout).resourceTypes;
  return rows.filter(({ outcome }) => outcome === 'listed').map(({ name }) => name);
}

describe('projects', () => {
  test('--project takes names and globs, repeated or separated by commas', async () => {
    const { projects, objects, warnings } = await backUp(['-p', 'shop,pay*', '--project', 'web-fronten?']);
    assert.deepEqual(projects, ['payments', 'shop', 'web-frontend']);
    assert.deepEqual(objects('namespaces.json'), projects);
    assert.deepEqual(warnings, []);
  });

  test('--exclude-project takes precedence over --project, and keeps cluster-scoped types', async () => {
    const some = await backUp(['--project', '{shop,payments}', '--exclude-project', 'pay*']);
    assert.deepEqual(some.projects, ['shop']);
    const others = await backUp(['--exclude-project', 'kube-*,default']);
    assert.deepEqual(others.projects, ['payments', 'shop', 'web-frontend']);
    assert.equal(others.type('storageclasses.storage.k8s.io')?.outcome, 'exported');
    assert(!others.objects('namespaces.json').some((name) => name.startsWith('kube-')));
  });

  test('a pattern that matches no project is a warning', async () => {
    const { names, warnings } = await backUp(['--project', 'shpo']);
    assert.deepEqual(names, ['SHA256SUMS', 'manifest.json']);
    assert(warnings.includes('no project of this cluster matches "shpo"'), warnings.join());
  });
});

describe('resource types', () => {
  for (const word of [
    'gauges.metering.example.com',
    'gauges',
    'gauge',
    'ga',
    'GA',
    '*.metering.example.com',
    'gaug?s.*',
  ]) {
    test(`--resource ${word}`, async () => {
      assert.deepEqual(await listed('--resource', word), ['gauges.metering.example.com']);
    });
  }

  test('--exclude-resource takes the same forms and has precedence over --resource', async () => {
    const words = ['--resource', 'configmaps,secrets,*.example.com'];
    const left = await listed(...words, '--exclude-resource', 'cm', '--exclude-resource', '*.metering.*');
    assert.deepEqual(left, ['featureflags.config.example.com', 'secrets']);
  });

  test('a pattern that matches no type is a warning', async () => {
    const { warnings, exported } = await backUp([
      '--resource',
      'cm,configmpas',
      '--exclude-resource',
      'nix.*',
    ]);
    assert.deepEqual(exported, ['configmaps']);
    assert.deepEqual(warnings, [
      'no resource type of this cluster matches "configmpas"',
      'no resource type of this cluster matches "nix.*"',
    ]);
  });

  test('--cluster-resources: yes for all projects, no for some, or as given', async () => {
    const classes = 'storageclasses.storage.k8s.io';
    const resource = ['--resource', 'sc,cm,ns'];
    const some = [...resource, '--project', 'shop'];
    assert((await listed(...resource)).includes(classes));
    assert.deepEqual(await listed(...some), ['configmaps', 'namespaces']);
    assert((await listed(...some, '--cluster-resources', 'yes')).includes(classes));
    assert.deepEqual(await listed(...resource, '--cluster-resources', 'no'), ['configmaps']);
  });

  test('a custom resource is archived once, in the version that its group prefers', async () => {
    const { object, objects, type } = await backUp(['--resource', 'gauges']);
    assert.equal(type('gauges.metering.example.com')?.apiVersion, 'metering.example.com/v2');
    const file = 'shop/gauges.metering.example.com.json';
    assert.deepEqual(objects(file), ['one', 'two']);
    assert.equal(at(object(file, 'one'), 'apiVersion'), 'metering.example.com/v2');
  });
});

describe('objects', () => {
  test('--selector exports the objects with these labels', async () => {
    const file = 'shop/gauges.metering.example.com.json';
    const words = ['--resource', 'gauges', '--selector'];
    for (const [selector, expected] of [
      ['app=web', ['one']],
      ['app in (web,db), !tier', ['two']],
      ['app!=web', ['two']],
      ['tier', ['one']],
    ] as const)
      assert.deepEqual((await backUp([...words, selector])).objects(file), expected, selector);
  });

  test('the flag and both variables exclude Secrets', async () => {
    const ways: [string[], Record<string, string>][] = [
      [['--no-secrets'], {}],
      [[], { BACKUP_SECRETS: 'false' }],
      [[], { OPENSHIFT_BACKUP_NO_SECRETS: 'true' }],
    ];
    for (const [words, environment] of ways) {
      const { names, type } = await backUp([...words, '-p', 'shop'], environment);
      assert(!names.some((name) => name.includes('secret')));
      assert.deepEqual([type('secrets')?.outcome, type('secrets')?.reason], ['excluded', 'by --no-secrets']);
    }
  });

  test('--no-status leaves no trace of status', async () => {
    const { names, object } = await backUp(['--no-status', '-p', 'shop']);
    assert(!names.some((name) => name.includes('_status')));
    assert.equal(at(object('shop/deployments.apps.json', 'storefront'), 'status'), undefined);
  });
});

describe('what is left out by default', () => {
  const served = [
    'events',
    'events.events.k8s.io',
    'componentstatuses',
    'leases.coordination.k8s.io',
    'endpointslices.discovery.k8s.io',
  ];

  test('is reported with the reason, and how to include it', async () => {
    const { type, names } = await backUp([]);
    for (const name of served) {
      const reason = DEFAULT_EXCLUSIONS.find(({ pattern }) => pattern === name)?.reason;
      assert.equal(type(name)?.outcome, 'excluded');
      assert.equal(type(name)?.reason, `by default: ${reason}; --include ${name} adds it`);
    }
    assert(!names.some((name) => /events|leases/.test(name)));
  });

  for (const name of served) {
    test(`${name} is included by its name`, async () => {
      assert.deepEqual(await listed('--resource', name), [name]);
    });
  }

  test('--include-default-excluded includes all of it', async () => {
    const types = await listed('--include-default-excluded');
    for (const name of served) assert(types.includes(name), name);
    const { exported } = await backUp(['--include-default-excluded', '--resource', 'leases.*,events*']);
    assert.deepEqual(exported, ['events', 'events.events.k8s.io', 'leases.coordination.k8s.io']);
  });

  test('--include adds what it names to everything else', async () => {
    const types = await listed('--include', 'events,leases.*', '--include', 'nix');
    for (const name of ['events', 'leases.coordination.k8s.io', 'configmaps'])
      assert(types.includes(name), name);
    for (const name of ['events.events.k8s.io', 'componentstatuses']) assert(!types.includes(name), name);
    const { exported } = await backUp(['--include', 'ev', '--resource', 'deploy.apps,deployments.v1.apps']);
    assert.deepEqual(exported, ['deployments.apps', 'events']);
  });

  test('a glob does not include it', async () => {
    assert.deepEqual(await listed('--resource', 'lease*'), []);
  });
});
