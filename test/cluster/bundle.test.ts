import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { PROGRAM } from '../support/program.ts';
import { Volume } from './run-cli.ts';

// What is installed is the bundle (npm run build), with its thread and chunks beside it and no node_modules.

const run = promisify(execFile);

let control: ControlPlane;
const volume = new Volume();
before(async () => {
  control = await startControlPlane();
});
after(async () => {
  volume[Symbol.dispose]();
  await control.stop();
});

/** Runs the bundle by its own first line, from elsewhere. */
function bundle(...words: string[]) {
  const env = { ...process.env, KUBECONFIG: control.kubeconfig, OPENSHIFT_BACKUP_VOLUME: volume.path };
  return run(PROGRAM, words, { env, cwd: volume.path, maxBuffer: 1e8 });
}

test('the bundle backs up, filters, and reads its archives back', async () => {
  const { stderr } = await bundle(
    ...['backup', '--log-format', 'json', '--filter', 'select(.kind != "ClusterRole")'],
  );
  assert.match(stderr, /"msg":"Backup finished"/);
  const { stdout } = await bundle('verify', 'latest');
  assert.match(stdout, /: good \(/);
  await assert.rejects(bundle('show', 'latest', '_cluster/clusterroles'), /has no clusterroles/);
});

test('the bundle prints its version and help without a cluster or volume', async () => {
  assert.match((await bundle('--version')).stdout, /^\d+\.\d+\.\d+\n$/);
  assert.match((await bundle('help', 'prune')).stdout, /--retain-days/);
});
