import {
  annotated,
  type ChangeExample,
  MAPPED,
  NEW,
  OLD,
  object,
  selector,
  template,
} from './rule-objects.ts';

const IMAGE = `image-registry.openshift-image-registry.svc:5000/${OLD}/web:1`;
const TRIGGERS = 'image.openshift.io/triggers';
const GENERATED = 'openshift.io/host.generated';

export const OPENSHIFT_SHOWN: readonly ChangeExample[] = [
  {
    rule: 'map-image',
    type: 'deployments.apps',
    options: MAPPED,
    object: object('apps/v1', 'Deployment', 'pulling', {
      spec: { selector, template: { ...template, spec: { containers: [{ name: 'main', image: IMAGE }] } } },
    }),
    without: [['spec', 'template', 'spec', 'containers', 0, 'image'], IMAGE],
    with: [[['spec', 'template', 'spec', 'containers', 0, 'image'], IMAGE.replace(OLD, NEW)]],
  },
  {
    rule: 'map-image-stream',
    type: 'deploymentconfigs.apps.openshift.io',
    options: MAPPED,
    object: object('apps.openshift.io/v1', 'DeploymentConfig', 'triggered', {
      spec: {
        triggers: [
          { imageChangeParams: { from: { kind: 'ImageStreamTag', name: 'web:1', namespace: OLD } } },
        ],
      },
    }),
    without: [['spec', 'triggers', 0, 'imageChangeParams', 'from', 'namespace'], OLD],
    with: [[['spec', 'triggers', 0, 'imageChangeParams', 'from', 'namespace'], NEW]],
  },
  {
    rule: 'map-image-triggers',
    type: 'deployments.apps',
    options: MAPPED,
    object: object(
      'apps/v1',
      'Deployment',
      'triggered',
      { spec: { selector, template } },
      annotated({
        [TRIGGERS]: JSON.stringify([{ from: { kind: 'ImageStreamTag', name: 'web:1', namespace: OLD } }]),
      }),
    ),
    without: [
      ['metadata', 'annotations', TRIGGERS],
      `[{"from":{"kind":"ImageStreamTag","name":"web:1","namespace":"${OLD}"}}]`,
    ],
    with: [
      [
        ['metadata', 'annotations', TRIGGERS],
        `[{"from":{"kind":"ImageStreamTag","name":"web:1","namespace":"${NEW}"}}]`,
      ],
    ],
  },
  {
    rule: 'route-host',
    type: 'routes.route.openshift.io',
    options: MAPPED,
    object: object(
      'route.openshift.io/v1',
      'Route',
      'web',
      { spec: { host: `web-${OLD}.apps.example.com`, to: { kind: 'Service', name: 'web' } } },
      annotated({ [GENERATED]: 'true' }),
    ),
    without: [['spec', 'host'], `web-${OLD}.apps.example.com`],
    with: [
      [['spec', 'host'], undefined],
      [['metadata', 'annotations'], undefined],
    ],
  },
];
