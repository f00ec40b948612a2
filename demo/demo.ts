import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text as wholeText } from 'node:stream/consumers';
import { styleText } from 'node:util';
import { S3_KEYS, startS3Server } from '../test/stores/s3-server.ts';
import { startControlPlane } from '../test/support/control-plane.ts';
import { startProjectApi } from '../test/support/project-api.ts';
import { passNight } from '../test/support/quiet-night.ts';
import { loadSample } from '../test/support/sample-cluster.ts';

/**
 * `make demo`: a real API server with a sample cluster of three projects. A restricted service account backs it up,
 * somebody changes the cluster, and the next night it is backed up again. Then the demo shows what changed, how to
 * undo it, a rehearsal, and copies in a bucket.
 */
const ROOT = path.join(import.meta.dirname, '..');
const VOLUME = path.join(ROOT, 'demo-volume');
const REPORT = path.join(VOLUME, 'report.html');
const LOG_REPORT = path.join(VOLUME, 'log-report.html');
const CONTAINER = '/spec/template/spec/containers/0';
const ACCOUNT = 'openshift-backup';
const BROKEN = ['shop/deployments.apps/storefront', 'shop/services/mail'];
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

say('Starting an API server and etcd, and loading a sample cluster …');
const plane = await startControlPlane();
try {
  await loadSample(plane);
  const projectApi = await startProjectApi(plane);
  const account = await plane.addServiceAccount('cluster-backup', ACCOUNT);
  await plane.grant({
    to: account,
    name: 'backup-reader',
    // What cluster-reader grants on OpenShift, in short: everything except Secrets.
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

  say('What may the service account back up? (It has no access to Secrets.)');
  await run('access', '--resource', 'deployments,secrets,configmaps,routes');
  say('The first night: a backup.');
  await run('backup');
  say('The next day, somebody deploys a release candidate and deletes a Service.');
  // The API server notes who changed a field by the name that the client gives, as kubectl does.
  const deployment = '/apis/apps/v1/namespaces/shop/deployments/storefront';
  await plane.request('PATCH', `${deployment}?fieldManager=kubectl-edit`, [
    { op: 'replace', path: `${CONTAINER}/image`, value: 'registry.example.com/shop/storefront:4.3.0-rc1' },
    { op: 'add', path: `${CONTAINER}/env`, value: [{ name: 'FEATURE_CHECKOUT', value: 'express' }] },
  ]);
  const script = '/data/init.sh';
  const settings = '/api/v1/namespaces/shop/configmaps/storefront-config';
  const { data } = await plane.request('GET', settings);
  const before = String((data as Record<string, unknown>)['init.sh']);
  await plane.request('PATCH', `${settings}?fieldManager=kubectl-edit`, [
    { op: 'replace', path: script, value: before.replace('orders customers', 'orders invoices customers') },
  ]);
  await plane.request('DELETE', '/api/v1/namespaces/shop/services/mail');
  // What changes in a cluster by itself.
  await passNight(plane, 1);
  say('The second night: another backup.');
  await run('backup');
  say('Which archives are there, and what do they contain?');
  await run('list');
  await run('show', 'latest', 'shop');
  await run('show', 'latest', 'shop/deployments.apps/storefront');
  say('Are the archives undamaged?');
  await run('verify');
  say('What changed since it last worked?');
  await run('diff', 'previous', 'latest');
  say('What happened to this one object?');
  await run('history', 'shop/deploy/storefront');
  say('What changed over all nights, when, and who did it? log-report.html shows this as a timeline.');
  await run('log');
  await writeFile(LOG_REPORT, await read(['log', '--output', 'html'], environment));
  say('How can it be restored? (a dry run, with the credentials of an admin)');
  const admin = { ...environment, KUBECONFIG: plane.kubeconfig };
  await runTool(['restore', 'previous', ...BROKEN], admin);
  say('Can the backup be restored? A rehearsal tests this in an empty API server.');
  await run('rehearse', '--assets', plane.binaries);
  await writeFile(REPORT, await read(['diff', 'previous', 'latest', '--output', 'html'], environment));
  await projectApi.close();
  say(
    'A backup in the cluster is lost together with it: copy the archives to a bucket (a real S3 server on this machine).',
  );
  const bucket = await startS3Server();
  try {
    await bucket.bucket('offsite');
    const cloud = {
      ...environment,
      AWS_ACCESS_KEY_ID: S3_KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: S3_KEYS.secretAccessKey,
      OPENSHIFT_BACKUP_S3_ENDPOINT: bucket.endpoint,
    };
    const place = 's3://offsite/production';
    await runTool(['copy', '--to', place, '--apply'], cloud);
    await runTool(['list', '--copy-to', place], cloud);
    say('Every command can read the copies, too.');
    await runTool(['verify', '--volume', place], cloud);
    await runTool(['diff', 'previous', 'latest', '--volume', place, 'services'], cloud);
  } finally {
    await bucket.stop();
  }
} finally {
  await plane.stop();
}
const shown = (file: string) => path.relative(process.cwd(), file) || file;
say(
  `The archives are in ${shown(VOLUME)}. To look at them: npx openshift-backup show latest --volume ${shown(VOLUME)}`,
);
say(`The changes as a page for the browser: ${shown(REPORT)}; over all nights: ${shown(LOG_REPORT)}`);

function say(text: string): void {
  process.stdout.write(`\n${styleText('bold', `# ${text}`, { stream: process.stdout })}\n`);
}

/** Runs the tool as a user would, and shows the command. `diff` ends with 1 if it finds differences. */
async function runTool(words: readonly string[], environment: Record<string, string>): Promise<void> {
  process.stdout.write(`\n$ openshift-backup ${words.join(' ')}\n`);
  await ended(start(words, environment, 'inherit'), words);
}

/** Runs the tool without showing the command, and returns what it writes to stdout. */
async function read(words: readonly string[], environment: Record<string, string>): Promise<string> {
  const child = start(words, environment, 'pipe');
  const [text] = await Promise.all([
    child.stdout === null ? '' : wholeText(child.stdout),
    ended(child, words),
  ]);
  return text;
}

function start(words: readonly string[], environment: Record<string, string>, stdout: 'inherit' | 'pipe') {
  return spawn(path.join(ROOT, 'dist', 'main.js'), words, {
    stdio: ['inherit', stdout, 'inherit'],
    env: { ...process.env, ...environment },
  });
}

async function ended(child: ChildProcess, words: readonly string[]): Promise<void> {
  const status = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (status !== 0 && !(status === 1 && words[0] === 'diff'))
    throw new Error(`openshift-backup ${words.join(' ')} ended with ${status}`);
}
