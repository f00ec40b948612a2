import assert from 'node:assert/strict';
import { test } from 'node:test';
import { typesOf } from '../../src/types/type-words.ts';

const TYPES = [
  { name: 'pods', apiVersion: 'v1', kind: 'Pod' },
  { name: 'pods.metrics.k8s.io', apiVersion: 'metrics.k8s.io/v1beta1', kind: 'PodMetrics' },
  { name: 'configmaps', apiVersion: 'v1', kind: 'ConfigMap' },
  { name: 'events.events.k8s.io', apiVersion: 'events.k8s.io/v1', kind: 'Event' },
  { name: 'events', apiVersion: 'v1', kind: 'Event' },
  { name: 'deployments.apps', apiVersion: 'apps/v1', kind: 'Deployment' },
  { name: 'deployments.example.com', apiVersion: 'example.com/v2', kind: 'Deployment' },
  {
    name: 'deploymentconfigs.apps.openshift.io',
    apiVersion: 'apps.openshift.io/v1',
    kind: 'DeploymentConfig',
  },
  { name: 'imagedigestmirrorsets.config.openshift.io', apiVersion: 'config.openshift.io/v1', kind: '' },
  { name: 'imagetagmirrorsets.config.openshift.io', apiVersion: 'config.openshift.io/v1', kind: '' },
  { name: 'networkpolicies.networking.k8s.io', apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  { name: 'ipaddresses.networking.k8s.io', apiVersion: 'networking.k8s.io/v1', kind: 'IPAddress' },
  {
    name: 'installplans.operators.coreos.com',
    apiVersion: 'operators.coreos.com/v1alpha1',
    kind: 'InstallPlan',
  },
  // A type that has the short name of another one as its plural.
  { name: 'cm.example.com', apiVersion: 'example.com/v1', kind: 'Cm' },
  { name: '*.broken.example.com', apiVersion: '', kind: '' },
  { name: '__proto__', apiVersion: 'v1', kind: '' },
];

const FOUND: ReadonlyArray<readonly [string, readonly string[], string]> = [
  ['deployments.apps', ['deployments.apps'], 'the full name'],
  ['pods', ['pods'], 'a full name that is the plural of another type too'],
  ['ev', ['events'], 'the core group goes before all others'],
  ['event', ['events'], 'by its singular too'],
  ['event.events', ['events.events.k8s.io'], 'unless the other group is named'],
  ['po', ['pods'], 'a short name'],
  ['POD', ['pods'], 'a singular, in any case'],
  ['podmetrics', ['pods.metrics.k8s.io'], 'a singular that is not the plural less an s'],
  ['networkpolicy', ['networkpolicies.networking.k8s.io'], 'a singular with another ending'],
  ['dc', ['deploymentconfigs.apps.openshift.io'], 'a short name of OpenShift'],
  ['idms', ['imagedigestmirrorsets.config.openshift.io'], 'another'],
  ['itms', ['imagetagmirrorsets.config.openshift.io'], 'another'],
  ['cm', ['cm.example.com'], 'a plural goes before a short name'],
  ['deploy', ['deployments.apps'], 'a short name that only one of two has'],
  ['deployment', ['deployments.apps', 'deployments.example.com'], 'two that only a longer word tells apart'],
  ['ip', ['ipaddresses.networking.k8s.io', 'installplans.operators.coreos.com'], 'a short name of two'],
  ['deploy.apps', ['deployments.apps'], 'a short name with its group'],
  ['deployment.exam', ['deployments.example.com'], 'the beginning of a group'],
  ['deployments.v2.example.com', ['deployments.example.com'], 'version and group'],
  ['deployments.v1.example.com', [], 'another version'],
  ['pods.', ['pods'].slice(1), 'an empty group'],
  ['deploymen', [], 'a part of a word'],
  ['__proto__', ['__proto__'], 'a name that means something to JavaScript'],
  ['constructor', [], 'another one'],
  ['', [], 'nothing'],
];

for (const [word, names, what] of FOUND) {
  test(`"${word}": ${what}`, () => {
    assert.deepEqual(
      typesOf(word, TYPES).map(({ name }) => name),
      names,
    );
  });
}
