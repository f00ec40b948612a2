import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { startControlPlane } from '../test/support/control-plane.ts';
import { startProjectApi } from '../test/support/project-api.ts';
import { loadSample } from '../test/support/sample-cluster.ts';

/**
 * `make demo`: a real API server with a sample cluster of three projects, backed
 * up by a restricted service account, changed, and backed up again.
 */
const ROOT = path.join(import.meta.dirname, '..');
const VOLUME = path.join(ROOT, 'demo-volume');
const ACCOUNT = 'openshift-backup';
const CORE =
  'configmaps endpoints limitranges namespaces nodes persistentvolumeclaims persistentvolumes pods podtemplates replicationcontrollers resourcequotas serviceaccounts services'.split(
    ' ',
  );
const GROUPS = ['apps', 'autoscaling', 'batch', 'policy', 'config.example.com']
  .concat(
    [
      'admissionregistration',
      'apiextensions',
      'apiregistration',
      'certificates',
      'flowcontrol.apiserver',
      'networking',
      'node',
      'rbac.authorization',
      'resource',
      'scheduling',
      'storage',
    ].map((group) => `${group}.k8s.io`),
  )
  .concat(['apps', 'build', 'image', 'route', 'template'].map((group) => `${group}.openshift.io`));

say('Starting a real API server and etcd, and filling them with a sample cluster …');
const plane = await startControlPlane();
try {
  await loadSample(plane);
  const projectApi = await startProjectApi(plane);
  const account = await plane.addServiceAccount('cluster-backup', ACCOUNT);
  await plane.grant({
    to: account,
    name: 'backup-reader',
    // All that cluster-reader has on OpenShift, in short: everything but Secrets.
    rules: [
      { apiGroups: [''], resources: CORE, verbs: ['get', 'list'] },
      { apiGroups: GROUPS, resources: ['*'], verbs: ['get', 'list'] },
    ],
  });

  await rm(VOLUME, { recursive: true, force: true });
  await mkdir(VOLUME);
  const environment = {
    KUBECONFIG: account.kubeconfig,
    OPENSHIFT_BACKUP_VOLUME: VOLUME,
    OPENSHIFT_BACKUP_LOG_FORMAT: 'text',
  };
  const run = (...words: string[]) => runTool(words, environment);

  say('What may the service account back up? (the Secrets stay out of its reach)');
  await run('access', '--resource', 'deployments,secrets,configmaps,routes');
  say('The nightly job:');
  await run('backup');
  say('Somebody changes the image of a Deployment …');
  await plane.request('PATCH', '/apis/apps/v1/namespaces/shop/deployments/storefront', [
    {
      op: 'replace',
      path: '/spec/template/spec/containers/0/image',
      value: 'registry.example.com/shop/storefront:4.3.0-rc1',
    },
  ]);
  say('… and the next night comes:');
  await run('backup');
  say('The archives, and what is in them:');
  await run('list');
  await run('show', 'latest', 'shop');
  await run('show', 'latest', 'shop/deployments.apps/storefront');
  say('Are they whole?');
  await run('verify');
  await projectApi.close();
} finally {
  await plane.stop();
}
say(
  `The archives lie in ${path.relative(process.cwd(), VOLUME) || VOLUME}; look at them with: npx openshift-backup show latest --volume demo-volume`,
);

function say(text: string): void {
  process.stdout.write(`\n\u001b[1m# ${text}\u001b[0m\n`);
}

/** Runs the tool as a user would, and shows the words. */
async function runTool(words: readonly string[], environment: Record<string, string>): Promise<void> {
  process.stdout.write(`\n$ openshift-backup ${words.join(' ')}\n`);
  const child = spawn(path.join(ROOT, 'dist', 'main.js'), words, {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  const status = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (status !== 0) throw new Error(`openshift-backup ${words.join(' ')} ended with ${status}`);
}
