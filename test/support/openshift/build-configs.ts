import type { JsonObject, KubeObject } from '../kube-object.ts';
import { digest, noise, objectsOf } from '../sample/object.ts';
import { internalImage } from './image-streams.ts';

/** BuildConfigs: image change triggers that have fired and that have not, and one without any triggers. */
export function buildConfigs(project: string): KubeObject[] {
  const object = objectsOf(project);
  const lastTriggeredImageID = internalImage(project, 'nodejs', digest('nodejs'));
  const from = { kind: 'ImageStreamTag', name: 'nodejs:latest' };
  const webhook = noise(`${project}/webhook`, 20).toString('hex');
  return [
    object('build.openshift.io/v1', 'BuildConfig', 'frontend', {
      spec: {
        ...spec('frontend'),
        triggers: [
          { type: 'GitHub', github: { secret: webhook } },
          { type: 'ConfigChange' },
          { type: 'ImageChange', imageChange: { lastTriggeredImageID } },
          { type: 'ImageChange', imageChange: { from: { ...from, name: 'tools:1' }, paused: true } },
        ],
      },
      status: {
        lastVersion: 3,
        imageChangeTriggers: [
          {
            from: { ...from, namespace: project },
            lastTriggerTime: '2026-09-10T22:41:09Z',
            lastTriggeredImageID,
          },
        ],
      },
    }),
    object('build.openshift.io/v1', 'BuildConfig', 'api', {
      spec: { ...spec('api'), triggers: [{ type: 'ImageChange', imageChange: {} }] },
      status: { lastVersion: 0 },
    }),
    object('build.openshift.io/v1', 'BuildConfig', 'nightly-report', { spec: spec('nightly-report') }),
  ];
}

function spec(name: string): JsonObject {
  return {
    failedBuildsHistoryLimit: 5,
    nodeSelector: null,
    output: { to: { kind: 'ImageStreamTag', name: `${name}:latest` } },
    postCommit: {},
    resources: {},
    runPolicy: 'Serial',
    source: {
      type: 'Git',
      git: { uri: `https://git.example.com/shop/${name}.git`, ref: 'main' },
      contextDir: '/',
    },
    strategy: {
      type: 'Source',
      sourceStrategy: {
        from: { kind: 'ImageStreamTag', name: 'nodejs:latest' },
        env: [{ name: 'NPM_RUN', value: 'build' }],
      },
    },
    successfulBuildsHistoryLimit: 5,
  };
}
