import type { ControlPlane } from './control-plane.ts';
import { access, trust } from './every-kind/access.ts';
import { admission } from './every-kind/admission.ts';
import { clusterWide } from './every-kind/cluster.ts';
import { core } from './every-kind/core.ts';
import { devicesOfNodes } from './every-kind/devices.ts';
import { fleet, fleetDefinitions } from './every-kind/fleet.ts';
import { jobs } from './every-kind/jobs.ts';
import { network } from './every-kind/network.ts';
import { pods } from './every-kind/pods.ts';
import { PROJECT } from './every-kind/project.ts';
import { storage } from './every-kind/storage.ts';
import { claimsWithoutClass, volumes } from './every-kind/volumes.ts';
import { workloads } from './every-kind/workloads.ts';
import type { KubeObject } from './kube-object.ts';
import { openshiftDefinitions, openshiftObjects } from './openshift-types.ts';

/** An object of every kind that a server has, custom ones, and OpenShift's. What would refuse others comes last. */
export function everyKind({ caPem }: Pick<ControlPlane, 'caPem'>): readonly KubeObject[] {
  return [
    ...openshiftDefinitions(),
    ...fleetDefinitions,
    ...core,
    ...access,
    ...trust(caPem),
    ...clusterWide,
    ...devicesOfNodes,
    ...claimsWithoutClass,
    ...storage,
    ...volumes,
    ...network,
    ...workloads,
    ...jobs,
    ...pods,
    ...fleet,
    ...openshiftObjects(PROJECT),
    ...admission(caPem),
  ];
}
