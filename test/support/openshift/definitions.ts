import { definition } from '../definition.ts';
import type { KubeObject } from '../kube-object.ts';

interface Names {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
  readonly shortNames?: readonly string[];
  /** Whether OpenShift serves a status subresource of the type. */
  readonly status: boolean;
}

const TYPES: readonly Names[] = [
  { group: 'route.openshift.io', plural: 'routes', kind: 'Route', status: true },
  {
    group: 'apps.openshift.io',
    plural: 'deploymentconfigs',
    kind: 'DeploymentConfig',
    shortNames: ['dc'],
    status: true,
  },
  {
    group: 'image.openshift.io',
    plural: 'imagestreams',
    kind: 'ImageStream',
    shortNames: ['is'],
    status: true,
  },
  {
    group: 'build.openshift.io',
    plural: 'buildconfigs',
    kind: 'BuildConfig',
    shortNames: ['bc'],
    status: false,
  },
  { group: 'template.openshift.io', plural: 'templates', kind: 'Template', status: false },
];

/** CRDs that stand for OpenShift's own types; they take objects of any content. */
export function openshiftDefinitions(): KubeObject[] {
  return TYPES.map(({ group, plural, kind, shortNames = [], status }) =>
    definition(`${plural}.${group}`, kind, { shortNames, status }),
  );
}
