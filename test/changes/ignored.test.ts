import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIgnored, splitIgnored } from '../../src/changes/ignored.ts';
import { ObjectComparer } from '../../src/changes/object-changes.ts';
import { pathText } from '../../src/changes/path.ts';

const bytesOf = (object: unknown) => Buffer.from(JSON.stringify(object));

/** Paths that are left of what differs, and how many fields were ignored. */
function left(ignored: readonly string[], before: unknown, after: unknown, type = 'deployments.apps') {
  const shown = { noise: false, secrets: true, ignored: ignored.map(parseIgnored) };
  const found = new ObjectComparer(type, shown).compare(bytesOf(before), bytesOf(after), null);
  return { paths: [...found.changes].map(({ path }) => pathText(path)), ignored: found.ignored };
}

const pod = (image: string, level: string, extra: Record<string, unknown> = {}) => ({
  spec: {
    containers: [
      {
        name: 'web',
        image,
        env: [{ name: 'LEVEL', value: level }],
        ports: [{ containerPort: 80, name: image }],
        ...extra,
      },
      { name: 'log', image, args: ['a', image, 'c'] },
    ],
  },
  data: { 'init.sh': image, plain: image },
});

const ALL = [
  'data["init.sh"]',
  'data.plain',
  'spec.containers[name=web].env[name=LEVEL].value',
  'spec.containers[name=web].image',
  'spec.containers[name=web].ports[containerPort=80].name',
  'spec.containers[name=log].args[1]',
  'spec.containers[name=log].image',
];

test('a path that diff prints ignores the very field, and nothing else', () => {
  const [before, after] = [pod('1', 'a'), pod('2', 'b')];
  assert.deepEqual(left([], before, after).paths, ALL);
  for (const path of ALL) {
    const rest = left([`deploy:${path}`], before, after);
    assert.deepEqual(
      rest.paths,
      ALL.filter((each) => each !== path),
    );
    assert.equal(rest.ignored, 1);
  }
  assert.deepEqual(
    left(
      ALL.map((path) => `*:${path}`),
      before,
      after,
    ),
    { paths: [], ignored: ALL.length },
  );
});

test('a path ignores all that is below it; [*] stands for every item and value', () => {
  const [before, after] = [pod('1', 'a'), pod('2', 'b')];
  assert.deepEqual(left(['*:spec'], before, after).paths, ['data["init.sh"]', 'data.plain']);
  assert.deepEqual(left(['*:spec.containers[*].image', '*:data[*]'], before, after), {
    paths: ALL.filter((path) => !path.endsWith('image') && !path.startsWith('data')),
    ignored: 4,
  });
  assert.deepEqual(
    left(['*:spec.containers[1].image'], before, after).paths.includes('spec.containers[name=log].image'),
    false,
  );
});

test('a field that came or went is ignored with the map that it makes', () => {
  const noted = { metadata: { name: 'a', annotations: { 'example.com/seen': '1' } } };
  const plain = { metadata: { name: 'a' } };
  for (const path of ['metadata.annotations["example.com/seen"]', 'metadata.annotations[example.com/*]'])
    assert.deepEqual(left([`*:${path}`], plain, noted), { paths: [], ignored: 1 });
});

test('TYPE is what kubectl takes, or a glob over full names', () => {
  const names = [
    'deployments.apps',
    'networkpolicies.networking.k8s.io',
    'ingresses.networking.k8s.io',
    'secrets',
  ];
  for (const [word, taken] of [
    ['deploy', ['deployments.apps']],
    ['deployment.apps', ['deployments.apps']],
    ['networkpolicy', ['networkpolicies.networking.k8s.io']],
    ['Ingress', ['ingresses.networking.k8s.io']],
    ['*.networking.k8s.io', names.slice(1, 3)],
    ['*', names],
    ['pods', []],
  ] as const)
    assert.deepEqual(names.filter(parseIgnored(`${word}:spec`).hasType), taken, word);
});

test('what is no TYPE:PATH is a mistake that says why', () => {
  for (const [text, reason] of [
    ['spec.replicas', /^must be TYPE:PATH, like deployments\.apps:spec\.replicas$/],
    [':spec', /^a type is missing before the colon$/],
    ['a b:spec', /is not a valid pattern of names/],
    ['pods:', /^a path is missing$/],
    ['pods:spec..a', /^a field name is missing at character 5$/],
    ['pods:spec.', /^a field name is missing at character 5$/],
    ['pods:spec[name=web', /^the bracket at character 5 has no end$/],
    ['pods:spec[]', /^the bracket at character 5 has no end$/],
    ['pods:spec[name="a]', /^the bracket at character 5 has no end$/],
    ['pods:spec[a"b"c]', /is neither a key nor FIELD=VALUE$/],
    ['pods:spec a', /^a field name is missing at character 5$/],
    ['pods:spec (order)', /^a field name is missing at character 5$/],
  ] as const)
    assert.throws(() => parseIgnored(text), { message: reason }, text);
});

test('commas and line ends separate values, unless they belong to a path', () => {
  assert.deepEqual(splitIgnored('a:b[c=1,d=2], e:f["x,]y"]\ng:h,\n'), ['a:b[c=1,d=2]', 'e:f["x,]y"]', 'g:h']);
});

test('quotes and backslashes of a key are its own, whatever stands beside them', () => {
  const parts = ['a:b["😀\\",c"]', 'd:e["f\\\\"]', 'g:h'];
  assert.deepEqual(splitIgnored(parts.join(',')), parts);
});

test('a type may be named with its version, and by the singular of a plural in -uses', () => {
  assert.ok(parseIgnored('deployments.v1.apps:spec').hasType('deployments.apps'));
  assert.ok(parseIgnored('deploy.v1beta1.apps:spec').hasType('deployments.apps'));
  assert.ok(!parseIgnored('deployments.v1.apps:spec').hasType('deployments.example.com'));
  assert.ok(parseIgnored('prometheus:spec').hasType('prometheuses.monitoring.coreos.com'));
  assert.ok(parseIgnored('dns:spec').hasType('dnses.config.openshift.io'));
  assert.ok(parseIgnored('lease:spec').hasType('leases.coordination.k8s.io'));
});
