import type { ControlPlane } from './control-plane.ts';
import type { KubeObject } from './kube-object.ts';
import { openshiftDefinitions, openshiftObjects } from './openshift-types.ts';
import { clusterScopedObjects } from './sample/cluster-scoped.ts';
import { paymentsProject } from './sample/payments.ts';
import { shopProject } from './sample/shop.ts';
import { webFrontendProject } from './sample/web-frontend.ts';

/** The projects of the sample cluster. */
export const SAMPLE_PROJECTS = ['payments', 'shop', 'web-frontend'] as const;

/** A small OpenShift cluster: three projects with objects of some forty types. The same in every call. */
export function sampleObjects(): KubeObject[] {
  return [
    ...openshiftDefinitions(),
    ...clusterScopedObjects(),
    ...shopProject(),
    ...paymentsProject(),
    ...webFrontendProject(),
    ...openshiftObjects('shop'),
  ];
}

/** Puts the sample onto a fresh control plane, in some three seconds. Throws ApiError where an object is refused. */
export async function loadSample(controlPlane: ControlPlane): Promise<void> {
  await controlPlane.apply(sampleObjects(), { concurrency: 8 });
}
