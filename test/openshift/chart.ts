import { CHART, helm, objectsIn } from '../helm/helm.ts';
import type { KubeObject } from '../support/kube-object.ts';

/** The objects that the chart makes of these values, each `key=value` as for --set. Throws what helm says. */
export async function renderChart(
  namespace: string,
  values: readonly string[],
  release = 'openshift-backup',
): Promise<readonly KubeObject[]> {
  const words = values.flatMap((value) => ['--set', value]);
  const run = await helm(['template', release, CHART, '--namespace', namespace, ...words]);
  if (run.status !== 0) throw new Error(run.stderr);
  return objectsIn(run.stdout);
}
