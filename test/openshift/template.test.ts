import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { load, YAML11_SCHEMA } from 'js-yaml';
import { at, isJsonObject, type KubeObject, listAt } from '../support/kube-object.ts';
import { clusterInstall, projectsInstall, rehearsalInstall } from './installs.ts';
import { processTemplate } from './process.ts';
import { readTemplate, TEMPLATES } from './read-template.ts';

const INSTALLS = {
  'template.yaml': clusterInstall(),
  'template-projects.yaml': projectsInstall(['team-a', 'team-b']).flat(),
};
const PODS = ['jobTemplate.spec.template', 'template'] as const;

/** What the message of a template says to do next, in an installation whose parameters are all `x`. */
const NEXT: Readonly<Record<string, readonly RegExp[]>> = {
  backup: [
    ...['access', 'list', 'show latest', 'verify latest'].map(
      (command) => new RegExp(`oc -n x exec deploy/x-retrieval -- openshift-backup ${command}\\n`),
    ),
    /oc -n x cp \$pod:/,
  ],
  rehearsal: [/oc -n x create job --from=cronjob\/x-rehearsal \$job\n/, /oc -n x logs -f job\/\$job/],
};

function podsOf(objects: readonly KubeObject[]) {
  return objects.flatMap((object) =>
    PODS.map((path) => at(object.spec, ...path.split('.'), 'spec')).filter(isJsonObject),
  );
}

/** Every field within a value, as `path.to.field`. */
function fieldsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(fieldsOf);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, each]) => [key, ...fieldsOf(each)]);
}

for (const [key, path] of Object.entries(TEMPLATES)) {
  const name = path.split('/').at(-1);
  const template = readTemplate(path);
  const parameters = template.parameters ?? [];

  describe(`the parameters of ${name}`, () => {
    const text = JSON.stringify([template.objects, template.labels]);

    test('are all used, and nothing else is referred to', () => {
      const used = new Set([...text.matchAll(/\$\{\{?(\w+)\}/g)].map(([, parameter]) => parameter));
      assert.deepEqual([...used].sort(), parameters.map((parameter) => parameter.name).sort());
    });

    test('say what they are for, and have a value or are required', () => {
      for (const parameter of parameters) {
        assert.match(
          parameter.description ?? '',
          /^\S.*\.$/,
          `${parameter.name}: a description is a sentence`,
        );
        assert.match(parameter.displayName ?? '', /\S/, parameter.name);
        assert.equal(parameter.generate, undefined, parameter.name);
        assert.ok(parameter.value !== undefined || parameter.required === true, parameter.name);
      }
    });

    test('are filled in in the message, which says what to do next', () => {
      const given = Object.fromEntries(parameters.map((parameter) => [parameter.name, 'x']));
      const { message } = processTemplate(template, given);
      for (const command of NEXT[key] ?? NEXT.backup ?? []) assert.match(message, command);
      assert.doesNotMatch(message, /\$\{/);
    });
  });

  test(`${name} means the same in YAML 1.1, as which oc reads it, and in YAML 1.2`, () => {
    const asOc = load(readFileSync(path, 'utf8'), { schema: YAML11_SCHEMA });
    assert.deepEqual(asOc, template);
  });
}

for (const [name, objects] of Object.entries(INSTALLS)) {
  describe(`the objects of ${name}`, () => {
    test('are of versions that OpenShift 4 recommends: no DeploymentConfig, no roles of its own', () => {
      const versions = new Map(objects.map(({ kind, apiVersion }) => [kind, apiVersion]));
      assert.equal(versions.get('Deployment'), 'apps/v1');
      assert.equal(versions.get('CronJob'), 'batch/v1');
      for (const [kind, version] of versions) {
        if (/Role/.test(kind)) assert.equal(version, 'rbac.authorization.k8s.io/v1', kind);
        assert.doesNotMatch(version, /openshift/, kind);
      }
    });

    test('grant get and list, and nothing else', () => {
      const rules = objects.flatMap((object) => listAt(object, 'rules'));
      assert.notEqual(rules.length, 0);
      for (const rule of rules) assert.deepEqual(listAt(rule, 'verbs'), ['get', 'list']);
      const outside = new Set(objects.map((object) => at(object, 'roleRef', 'name')));
      for (const { metadata } of objects) outside.delete(metadata.name);
      outside.delete(undefined);
      assert.deepEqual([...outside], [name === 'template.yaml' ? 'cluster-reader' : 'view']);
    });

    test('fix no user, group or SELinux label, which restricted-v2 takes from the project', () => {
      const pods = podsOf(objects);
      assert.notEqual(pods.length, 0);
      for (const pod of pods) {
        const fields = fieldsOf(pod).filter((field) =>
          /^(runAs(User|Group)|fsGroup|supplemental|seLinux)/.test(field),
        );
        assert.deepEqual(fields, []);
      }
    });

    test('give both pods the same settings, so that a backup by hand is that of the night', () => {
      const [first, ...others] = podsOf(objects).map((pod) => at(pod, 'containers', 0, 'env'));
      assert.notEqual(first, undefined);
      for (const other of others) assert.deepEqual(other, first);
    });

    test('carry the labels by which they are found', () => {
      for (const { kind, metadata } of objects)
        assert.equal(metadata.labels?.['app.kubernetes.io/instance'], 'openshift-backup', kind);
    });
  });
}

test('template-rehearsal.yaml makes one CronJob, whose pod has no token and mounts the volume read-only', () => {
  const [job, ...others] = rehearsalInstall();
  assert.deepEqual(others, []);
  assert.equal(job?.kind, 'CronJob');
  const pod = at(job?.spec, 'jobTemplate', 'spec', 'template', 'spec');
  assert.equal(at(pod, 'automountServiceAccountToken'), false);
  const archives = (parameters: Record<string, string>) =>
    listAt(
      at(rehearsalInstall(parameters)[0]?.spec, 'jobTemplate', 'spec', 'template', 'spec'),
      'containers',
      0,
      'volumeMounts',
    ).find((each) => at(each, 'name') === 'archives');
  assert.equal(at(archives({}), 'readOnly'), true);
  assert.equal(at(archives({ READ_ONLY: 'false' }), 'readOnly'), false);
  const fields = fieldsOf(pod).filter((field) =>
    /^(runAs(User|Group)|fsGroup|supplemental|seLinux)/.test(field),
  );
  assert.deepEqual(fields, []);
});

test('template-projects.yaml makes nothing outside of projects, and outside of NAMESPACE only rights', () => {
  for (const { kind, metadata } of INSTALLS['template-projects.yaml']) {
    assert.match(metadata.namespace ?? '', /^team-[ab]$/, kind);
    if (metadata.namespace === 'team-b') assert.match(kind, /^Role(Binding)?$/);
  }
});

test('no storage class is the default one, an empty one is none', () => {
  const claim = (parameters: Record<string, string>) =>
    clusterInstall(parameters).find(({ kind }) => kind === 'PersistentVolumeClaim');
  assert.deepEqual(Object.keys(claim({})?.spec ?? {}), ['accessModes', 'resources']);
  assert.equal(at(claim({ STORAGE_CLASS: '' }), 'spec', 'storageClassName'), '');
  assert.equal(at(claim({ STORAGE_CLASS: 'nfs' }), 'spec', 'storageClassName'), 'nfs');
});

test('the version on the labels is that of the project', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  for (const path of Object.values(TEMPLATES))
    assert.equal(readTemplate(path).labels?.['app.kubernetes.io/version'], version);
});
