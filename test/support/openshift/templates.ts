import type { KubeObject } from '../kube-object.ts';
import { objectsOf } from '../sample/object.ts';

/** A Template: parameters, and whole objects of other kinds inside, which are not to be taken for objects. */
export function templates(project: string): KubeObject[] {
  return [
    objectsOf(project)(
      'template.openshift.io/v1',
      'Template',
      'postgresql-ephemeral',
      {
        message: `Connect with postgresql://${parameter('USER')}:${parameter('PASSWORD')}@${parameter('NAME')}:5432`,
        labels: { template: 'postgresql-ephemeral' },
        parameters: [
          { name: 'NAME', displayName: 'Service name', value: 'postgresql', required: true },
          { name: 'USER', from: 'user[A-Z0-9]{3}', generate: 'expression' },
          { name: 'PASSWORD', from: '[a-zA-Z0-9]{16}', generate: 'expression' },
        ],
        objects: [
          {
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { name: parameter('NAME') },
            stringData: { user: parameter('USER'), password: parameter('PASSWORD') },
          },
          {
            apiVersion: 'v1',
            kind: 'Service',
            metadata: { name: parameter('NAME'), annotations: { 'template.openshift.io/expose-uri': 'yes' } },
            spec: { ports: [{ name: 'postgresql', port: 5432 }], selector: { name: parameter('NAME') } },
            status: { loadBalancer: {} },
          },
        ],
      },
      { annotations: { description: 'PostgreSQL without a volume', tags: 'database,postgresql' } },
    ),
  ];
}

/** Where a template takes the value of a parameter. */
function parameter(name: string): string {
  return `\${${name}}`;
}
