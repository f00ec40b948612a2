import type { KubeObject } from '../kube-object.ts';
import { digest, objectsOf } from '../sample/object.ts';

const REGISTRY = 'image-registry.openshift-image-registry.svc:5000';

/** An image in the cluster's own registry, by its digest. */
export function internalImage(project: string, name: string, imageDigest: string): string {
  return `${REGISTRY}/${project}/${name}@${imageDigest}`;
}

/** ImageStreams: one that imports from another registry, and one that builds push into. */
export function imageStreams(project: string): KubeObject[] {
  const object = objectsOf(project);
  const upstream = 'registry.access.redhat.com/ubi9/nodejs-20';
  return [
    object(
      'image.openshift.io/v1',
      'ImageStream',
      'nodejs',
      {
        spec: {
          lookupPolicy: { local: false },
          tags: [
            {
              annotations: null,
              from: { kind: 'DockerImage', name: `${upstream}:latest` },
              generation: 2,
              importPolicy: { importMode: 'Legacy', scheduled: true },
              name: 'latest',
              referencePolicy: { type: 'Source' },
            },
          ],
        },
        status: {
          dockerImageRepository: `${REGISTRY}/${project}/nodejs`,
          tags: [{ tag: 'latest', items: [item(`${upstream}@${digest('nodejs')}`, digest('nodejs'), 2)] }],
        },
      },
      { annotations: { 'openshift.io/image.dockerRepositoryCheck': '2026-09-10T22:41:07Z' } },
    ),
    object('image.openshift.io/v1', 'ImageStream', 'frontend', {
      spec: { lookupPolicy: { local: true } },
      status: {
        dockerImageRepository: `${REGISTRY}/${project}/frontend`,
        tags: [
          {
            tag: 'latest',
            items: ['frontend:3', 'frontend:2'].map((build, age) =>
              item(internalImage(project, 'frontend', digest(build)), digest(build), 3 - age),
            ),
          },
        ],
      },
    }),
  ];
}

function item(dockerImageReference: string, image: string, generation: number) {
  return { created: '2026-09-10T22:41:07Z', dockerImageReference, generation, image };
}
