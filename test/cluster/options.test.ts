import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCli, Volume } from './run-cli.ts';

// No cluster here: what is wrong with the words is said before anybody is asked.

test('errors in command line and environment are reported together, and nothing is written', async () => {
  using volume = new Volume();
  const words = ['--volume', volume.path, '--retain-days', 'many', '--colour', '--selector', 'a b'];
  const environment = { OPENSHIFT_BACKUP_ZONE: 'Mars/Olympus', OPENSHIFT_BACKUP_LOG_LEVEL: 'loud' };
  const run = await runCli(words, { environment });
  assert.equal(run.status, 2);
  assert.equal(run.stdout, '');
  const lines = run.stderr.trimEnd().split('\n').sort();
  assert.deepEqual(
    lines.map((line) => line.replace(/:? .*/, '')),
    Array(5).fill('openshift-backup'),
  );
  for (const what of [
    '--colour',
    '--retain-days many',
    '--selector a b',
    'ZONE=Mars/Olympus',
    'LOG_LEVEL=loud',
  ])
    assert(run.stderr.includes(what), what);
  assert.deepEqual(volume.files(), []);
});

test('help and version are printed to stdout and end with 0, whatever the environment says', async () => {
  const environment = { OPENSHIFT_BACKUP_RETAIN_DAYS: 'many' };
  for (const words of [['--help'], ['backup', '--help'], ['--version']]) {
    const run = await runCli(words, { environment });
    assert.deepEqual([run.status, run.stderr], [0, ''], words.join(' '));
    assert.notEqual(run.stdout, '');
  }
});

test('an unknown variable is a warning, but not one that Kubernetes sets for a Service', async () => {
  using volume = new Volume();
  const environment = {
    OPENSHIFT_BACKUP_RETAIN: '3',
    OPENSHIFT_BACKUP_SERVICE_HOST: '10.0.0.7',
    OPENSHIFT_BACKUP_PORT_80_TCP: 'tcp://10.0.0.7:80',
  };
  const run = await runCli(['list', '--volume', volume.path], { environment });
  assert.equal(run.status, 0);
  assert.deepEqual(
    run.log.map(({ level, msg }) => [level, msg]),
    [['warn', 'OPENSHIFT_BACKUP_RETAIN is set, but no option has that name; it is ignored']],
  );
});
