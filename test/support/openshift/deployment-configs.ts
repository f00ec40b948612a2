import type { JsonObject, KubeObject } from '../kube-object.ts';
import { digest, objectsOf } from '../sample/object.ts';
import { conditions, podTemplate } from '../sample/workload.ts';
import { internalImage } from './image-streams.ts';

/** DeploymentConfigs: one that follows an image, with what its controller noted, and one without any triggers. */
export function deploymentConfigs(project: string): KubeObject[] {
  const object = objectsOf(project);
  return [
    object(
      'apps.openshift.io/v1',
      'DeploymentConfig',
      'frontend',
      {
        spec: {
          ...spec('frontend', internalImage(project, 'frontend', digest('frontend:3'))),
          triggers: [
            { type: 'ConfigChange' },
            {
              type: 'ImageChange',
              imageChangeParams: {
                automatic: true,
                containerNames: ['frontend'],
                from: { kind: 'ImageStreamTag', name: 'frontend:latest', namespace: project },
                lastTriggeredImage: internalImage(project, 'frontend', digest('frontend:3')),
              },
            },
          ],
        },
        status: { ...status(7), details: { causes: [{ type: 'ConfigChange' }], message: 'config change' } },
      },
      { labels: { app: 'frontend', template: 'nodejs-postgresql-example' } },
    ),
    object('apps.openshift.io/v1', 'DeploymentConfig', 'legacy-worker', {
      spec: spec('legacy-worker', 'registry.example.com/legacy/worker:2019-04'),
      status: status(1),
    }),
  ];
}

function spec(name: string, image: string): JsonObject {
  return {
    replicas: 2,
    revisionHistoryLimit: 10,
    selector: { app: name, deploymentconfig: name },
    strategy: {
      type: 'Rolling',
      activeDeadlineSeconds: 21600,
      resources: {},
      rollingParams: {
        intervalSeconds: 1,
        maxSurge: '25%',
        maxUnavailable: '25%',
        timeoutSeconds: 600,
        updatePeriodSeconds: 1,
      },
    },
    template: podTemplate(name, image),
    test: false,
  };
}

function status(latestVersion: number): JsonObject {
  return {
    availableReplicas: 2,
    conditions: conditions('Available', 'Progressing'),
    latestVersion,
    observedGeneration: latestVersion + 4,
    readyReplicas: 2,
    replicas: 2,
    unavailableReplicas: 0,
    updatedReplicas: 2,
  };
}
