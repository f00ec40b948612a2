import type { ControlPlane } from './control-plane.ts';
import { at, isJsonObject, type JsonObject, listAt, textAt } from './kube-object.ts';
import { fakePem, noise, secretData } from './sample/object.ts';
import { SAMPLE_PROJECTS } from './sample-cluster.ts';

/**
 * What happens to the sample cluster in a night in which nobody does anything: OpenShift renews
 * registry tokens and its service CA, pods move to other nodes, an autoscaler scales.
 */
export async function passNight(plane: ControlPlane, which: number): Promise<void> {
  for (const project of SAMPLE_PROJECTS) {
    const core = `/api/v1/namespaces/${project}`;
    for (const secret of await listed(plane, `${core}/secrets`)) {
      if (secret.type !== 'kubernetes.io/dockercfg') continue;
      const path = `${core}/secrets/${textAt(secret, 'metadata', 'name')}`;
      const password = noise(`${path}/${which}`, 600).toString('base64url');
      const registry = { 'image-registry.openshift-image-registry.svc:5000': { password } };
      await plane.request('PATCH', path, secretData({ '.dockercfg': JSON.stringify(registry) }));
    }
    await plane.request('PATCH', `${core}/configmaps/openshift-service-ca.crt`, {
      data: { 'service-ca.crt': fakePem('CERTIFICATE', `service-ca-${which}`, 900) },
    });
    for (const pod of await listed(plane, `${core}/pods`))
      await replacePod(plane, `${core}/pods`, pod, which);
  }
  await plane.request('PATCH', '/apis/apps/v1/namespaces/web-frontend/deployments/pages', {
    spec: { replicas: 2 + (which % 2) },
  });
}

/** A pod of a controller is made anew, under another name. */
async function replacePod(plane: ControlPlane, path: string, pod: JsonObject, which: number): Promise<void> {
  if (listAt(pod, 'metadata', 'ownerReferences').length === 0) return;
  const name = textAt(pod, 'metadata', 'name');
  const metadata = {
    name: name.replace(/[^-]+$/, noise(`${name}${which}`, 3).toString('hex').slice(0, 5)),
    labels: at(pod, 'metadata', 'labels'),
    ownerReferences: at(pod, 'metadata', 'ownerReferences'),
  };
  await plane.request('DELETE', `${path}/${name}`, { gracePeriodSeconds: 0 });
  await plane.request('POST', path, { apiVersion: 'v1', kind: 'Pod', metadata, spec: at(pod, 'spec') });
}

async function listed(plane: ControlPlane, path: string): Promise<readonly JsonObject[]> {
  const list = await plane.request('GET', path);
  return listAt(list, 'items').flatMap((item) => (isJsonObject(item) ? [item] : []));
}
