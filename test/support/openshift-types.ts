import type { KubeObject } from './kube-object.ts';
import { buildConfigs } from './openshift/build-configs.ts';
import { deploymentConfigs } from './openshift/deployment-configs.ts';
import { imageStreams } from './openshift/image-streams.ts';
import { routes } from './openshift/routes.ts';
import { templates } from './openshift/templates.ts';

export { openshiftDefinitions } from './openshift/definitions.ts';

/** Realistic objects of OpenShift's own types in one project; their CRDs come from openshiftDefinitions. */
export function openshiftObjects(project: string): KubeObject[] {
  return [
    ...deploymentConfigs(project),
    ...imageStreams(project),
    ...buildConfigs(project),
    ...routes(project),
    ...templates(project),
  ];
}
