import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BadDay, type Network, Shelf, Volume } from './bad-day.ts';
import type { Ended } from './run.ts';

// What is wrong with options and variables is told at once and all together, before anything is touched.

let day: BadDay;
let network: Network;
let quiet: Volume;
before(async () => {
  day = await BadDay.begin();
  network = await day.network();
  quiet = new Volume();
  assert.equal((await network.backUp(quiet, ['--resource', 'services'])).status, 0);
});
after(async () => {
  quiet[Symbol.dispose]();
  await network[Symbol.asyncDispose]();
  await day.end();
});

/** That a run ended with 2, said these things and no other, and touched nothing. */
async function assertRefused(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  complaints: readonly RegExp[],
): Promise<Ended> {
  using volume = new Shelf();
  volume.shelve(quiet.latest(), '202001010015');
  const before = network.proxy.requests.length;
  const run = await network.backUp(volume, words, { environment });
  assert.equal(run.status, 2, run.stderr);
  assert.equal(run.stdout, '');
  const lines = run.stderr.trimEnd().split('\n');
  for (const complaint of complaints)
    assert.equal(lines.filter((line) => complaint.test(line)).length, 1, `${complaint}:\n${run.stderr}`);
  assert.equal(lines.length, complaints.length, run.stderr);
  assert.equal(network.proxy.requests.length, before, 'no request was sent');
  await volume.assertSound();
  assert.deepEqual(volume.added(), []);
  return run;
}

test('every mistake in the options', async () => {
  await assertRefused(
    [
      ...['--retain-days', 'a week', '--retain-min', '-1', '--zone', 'Mars/Olympus', '--stamp', 'HHmm'],
      ...['--name', '../up', '--cluster-resources', 'maybe', '--selector', 'a in b', '--project', 'ok,'],
      ...['--log-level', 'loud', '--request-timeout', '0', '--retry-for', '1.5', '--nonsense'],
    ],
    {},
    [
      /--retain-days a week: must be a whole number from 0 to 999999$/,
      /--retain-min -1: must be a whole number from 0/,
      /--zone Mars\/Olympus: is not an IANA time zone \(such as Europe\/Zurich\)$/,
      /--stamp HHmm: gives "\d+", from which year, month and day cannot be read \(yyyyMMddHHmm works\)$/,
      /--name \.\.\/up: must be letters, digits, dots, dashes and underscores/,
      /--cluster-resources maybe: must be one of auto, yes, no$/,
      /--selector a in b: /,
      /--project ok,: /,
      /--log-level loud: must be one of debug, info, warn, error$/,
      /--request-timeout 0: must be a whole number from 1/,
      /--retry-for 1\.5: must be a whole number from 0/,
      /unknown option --nonsense \(openshift-backup backup --help lists them\)$/,
    ],
  );
});

test('every mistake in the environment', async () => {
  await assertRefused(
    [],
    {
      OPENSHIFT_BACKUP_RETAIN_DAYS: '7d',
      OPENSHIFT_BACKUP_ZONE: 'CEST+1',
      OPENSHIFT_BACKUP_NO_STATUS: 'perhaps',
      OPENSHIFT_BACKUP_LOG_FORMAT: 'xml',
      BACKUP_SECRETS: 'no, thanks',
    },
    [
      /OPENSHIFT_BACKUP_RETAIN_DAYS=7d: must be a whole number from 0/,
      /OPENSHIFT_BACKUP_ZONE=CEST\+1: is not an IANA time zone/,
      /OPENSHIFT_BACKUP_NO_STATUS=perhaps: must be true or false$/,
      /OPENSHIFT_BACKUP_LOG_FORMAT=xml: must be one of auto, text, json$/,
      /BACKUP_SECRETS=no, thanks: must be true or false$/,
    ],
  );
});

test('mistakes in both, together', async () => {
  await assertRefused(['--retain-days', '-7', '--zone'], { OPENSHIFT_BACKUP_STAMP: 'EEEE' }, [
    /--retain-days -7: /,
    /--zone ?: needs a value$/,
    /OPENSHIFT_BACKUP_STAMP=EEEE: gives "\w+", from which year, month and day cannot be read/,
  ]);
});

test('a filter that is no program, and one whose file is not there', async () => {
  await assertRefused(['--filter', '@/nonexistent/filter.jq'], {}, [
    /--filter @\/nonexistent\/filter\.jq: ENOENT: no such file/,
  ]);
  const run = await assertRefused(['--filter', '.metadata |'], {}, [/--filter: /]);
  assert.match(run.stderr, /test the program with jq on the command line/);
});

test('a word that is no command', async () => {
  await assertRefused(['everything'], {}, [
    /unknown command everything \(openshift-backup --help lists them\)$/,
  ]);
});

test('a variable that looks like ours and is none is a warning, not a mistake', async () => {
  using volume = new Volume();
  const environment = { OPENSHIFT_BACKUP_RETAIN_DAY: '7', OPENSHIFT_BACKUP_SERVICE_HOST: '10.0.0.1' };
  const run = await network.backUp(volume, ['--resource', 'services'], { environment });
  assert.equal(run.status, 0);
  const warnings = run.stderr.split('\n').filter((line) => line.includes('"warn"'));
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /OPENSHIFT_BACKUP_RETAIN_DAY is set, but no option has that name/);
});

test('a kubeconfig that does not exist: nothing is written', async () => {
  using volume = new Volume();
  const run = await network.backUp(volume, ['--kubeconfig', join(volume.path, 'none')]);
  assert.equal(run.status, 2);
  assert.deepEqual(volume.files(), []);
  assert(!existsSync(join(volume.path, 'none')));
});
