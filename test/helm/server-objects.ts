import { definition } from '../support/definition.ts';
import type { KubeObject } from '../support/kube-object.ts';

/** A project that wants Pod Security `restricted`, and has the server warn of workloads whose pods would not be. */
export function project(name: string): KubeObject {
  const level = 'pod-security.kubernetes.io';
  const labels = { [`${level}/enforce`]: 'restricted', [`${level}/warn`]: 'restricted' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** The Prometheus operator's type as far as we use it; other fields are refused. */
export function prometheusRules(): KubeObject {
  const text = { type: 'string', minLength: 1 };
  const texts = { type: 'object', additionalProperties: { type: 'string' } };
  const rule = object({ alert: text, expr: text, for: text, labels: texts, annotations: texts }, [
    'alert',
    'expr',
  ]);
  const group = object({ name: text, rules: { type: 'array', items: rule } }, ['name']);
  const schema = object({ spec: object({ groups: { type: 'array', items: group } }) }, ['spec']);
  return definition('prometheusrules.monitoring.coreos.com', 'PrometheusRule', { schema });
}

function object(properties: object, required: readonly string[] = []) {
  return required.length === 0 ? { type: 'object', properties } : { type: 'object', properties, required };
}
