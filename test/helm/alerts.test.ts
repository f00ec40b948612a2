import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { JsonObject } from '../support/kube-object.ts';
import { render, run, the } from './helm.ts';

const directory = mkdtempSync(join(tmpdir(), 'alerts-'));
after(() => rmSync(directory, { recursive: true }));

// A PrometheusRule's spec is what Prometheus itself reads from a file. JSON is YAML.
const rule = the(
  await render({ values: { prometheusRule: { enabled: true }, copy: { to: 's3://offsite' } } }),
  'PrometheusRule',
);
const rules = join(directory, 'rules.yaml');
writeFileSync(rules, JSON.stringify(rule.spec));

const NAME = 'nightly-openshift-backup';
const CRONJOB = `namespace="cluster-backup",cronjob="${NAME}"`;
const EXISTS = { [`kube_cronjob_info{${CRONJOB},schedule="15 0 * * *"}`]: '1x4000' };
const VOLUME = `namespace="cluster-backup",persistentvolumeclaim="${NAME}"`;
const job = (name: string, owner = NAME) => ({
  [`kube_job_owner{namespace="cluster-backup",job_name="${name}",owner_kind="CronJob",owner_name="${owner}"}`]:
    '1x4000',
});

/** Series by name, a sample a minute, in promtool's notation: `1x4000` is 1 and 4000 times 1 again. */
type Series = Readonly<Record<string, string>>;

/** What fires after so many minutes, as `ALERT` or `ALERT job`. */
async function firing(series: Series, minutes: number, of = rules): Promise<string[]> {
  const expectNothing = [
    'OpenshiftBackupMissing',
    'OpenshiftBackupCopyMissing',
    'OpenshiftBackupRehearsalMissing',
    'OpenshiftBackupFailed',
    'OpenshiftBackupVolumeNearlyFull',
  ];
  const test = {
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    // So that promtool tells all that fires.
    alert_rule_test: expectNothing.map((alertname) => ({
      alertname,
      eval_time: `${minutes}m`,
      exp_alerts: [],
    })),
  };
  const file = join(directory, 'test.yaml');
  writeFileSync(file, JSON.stringify({ rule_files: [of], evaluation_interval: '5m', tests: [test] }));
  const { stdout, stderr } = await run('promtool', ['test', 'rules', file]);
  const told = stdout + stderr;
  const found = [...told.matchAll(/got:\s*\[([\s\S]*?)\n\s*\]/g)].flatMap(([, block = '']) =>
    [...block.matchAll(/Labels:\{([^}]*)\}/g)].map(([, labels = '']) => {
      const label = (key: string) => new RegExp(`${key}="([^"]*)"`).exec(labels)?.[1];
      return [label('alertname'), label('job_name')].filter((each) => each !== undefined).join(' ');
    }),
  );
  assert(found.length > 0 || /SUCCESS/.test(told), told);
  return found.sort();
}

const gauge = (metric: string, value: number | string) => ({
  [`${metric}{${CRONJOB}}`]: typeof value === 'string' ? value : `${value}x4000`,
});
const volume = (available: number): Series => ({
  [`kubelet_volume_stats_available_bytes{${VOLUME},node="a"}`]: `${available}x4000`,
  [`kubelet_volume_stats_capacity_bytes{${VOLUME},node="a"}`]: '100x4000',
  [`kubelet_volume_stats_available_bytes{${VOLUME},node="b"}`]: `${available}x4000`,
  [`kubelet_volume_stats_capacity_bytes{${VOLUME},node="b"}`]: '100x4000',
});
const success = (seconds: number | string) => gauge('kube_cronjob_status_last_successful_time', seconds);
const failed = (name: string, start: number): Series => ({
  [`kube_job_failed{namespace="cluster-backup",job_name="${name}",condition="true"}`]: '1x4000',
  [`kube_job_failed{namespace="cluster-backup",job_name="${name}",condition="false"}`]: '0x4000',
  [`kube_job_status_start_time{namespace="cluster-backup",job_name="${name}"}`]: `${start}x4000`,
});
const HOUR = 60;

it('promtool finds the rules good, and every alert says what to do', async () => {
  const { status, stdout, stderr } = await run('promtool', ['check', 'rules', rules]);
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /SUCCESS: 4 rules found/);
  for (const word of [
    /kubectl .* get cronjob,job/,
    /logs job\/\{\{ \$labels\.job_name \}\}/,
    /retention\.days/,
  ])
    assert.match(JSON.stringify(rule), word);
});

describe('all is well, and nothing fires', () => {
  it('a backup each night, room on the volume', async () => {
    // The last success is renewed after a day: 0 for 1440 minutes, then 86400.
    const nightly = success('0x1439 86400x1439 172800x1439');
    const series = { ...EXISTS, ...nightly, ...job(`${NAME}-1`), ...volume(50) };
    for (const minutes of [1, 12 * HOUR, 24 * HOUR - 1, 25 * HOUR, 47 * HOUR])
      assert.deepEqual(await firing(series, minutes), [], `${minutes} minutes`);
  });

  it('newly installed, before the first night', async () => {
    for (const minutes of [30, 20 * HOUR, 24 * HOUR]) assert.deepEqual(await firing(EXISTS, minutes), []);
  });
});

const MISSING = 'OpenshiftBackupMissing';
const COPY_MISSING = 'OpenshiftBackupCopyMissing';

describe('no complete backup for 25 hours', () => {
  it('fires after the last success', async () => {
    const series = { ...EXISTS, ...success(0) };
    assert.deepEqual(await firing(series, 25 * HOUR - 1), []);
    assert.deepEqual(await firing(series, 25 * HOUR + 20), [MISSING]);
  });

  it('fires if there was never a success', async () => {
    assert.deepEqual(await firing(EXISTS, 25 * HOUR + 20), [MISSING]);
  });

  it('fires if the CronJob is gone', async () => {
    assert.deepEqual(await firing(volume(50), 20), [COPY_MISSING, MISSING]);
  });

  it('counts each CronJob separately', async () => {
    const other = CRONJOB.replace('nightly', 'other');
    const series = {
      ...EXISTS,
      ...success(0),
      [`kube_cronjob_status_last_successful_time{${other}}`]: '0+60x4000',
    };
    assert.deepEqual(await firing(series, 26 * HOUR), [MISSING]);
  });
});

describe('no complete copies for 49 hours', () => {
  it('fires after the last Job that copied everything', async () => {
    const series = { ...EXISTS, ...success(0) };
    assert.deepEqual(await firing(series, 49 * HOUR - 1), [MISSING]);
    assert.deepEqual(await firing(series, 49 * HOUR + 20), [COPY_MISSING, MISSING]);
  });

  it('fires if copies have failed since the first night', async () => {
    assert.deepEqual(await firing(EXISTS, 49 * HOUR - 1), [MISSING]);
    assert.deepEqual(await firing(EXISTS, 49 * HOUR + 20), [COPY_MISSING, MISSING]);
  });
});

describe('no successful rehearsal for nine days', () => {
  const own = join(directory, 'rehearsal.yaml');
  const REHEARSAL = CRONJOB.replace(NAME, `${NAME}-rehearsal`);
  const exists = { [`kube_cronjob_info{${REHEARSAL},schedule="45 3 * * 0"}`]: '1x20000' };
  const succeeded = (seconds: string) => ({
    [`kube_cronjob_status_last_successful_time{${REHEARSAL}}`]: seconds,
  });
  const DAY = 24 * HOUR;
  const fires = async (series: Series, minutes: number) =>
    (await firing(series, minutes, own)).includes('OpenshiftBackupRehearsalMissing');

  before(async () => {
    const values = { prometheusRule: { enabled: true }, rehearsal: { enabled: true } };
    writeFileSync(own, JSON.stringify(the(await render({ values }), 'PrometheusRule').spec));
  });

  it('fires after the last success, and if there never was one, or the CronJob is gone', async () => {
    assert.equal(await fires({ ...exists, ...succeeded('0x20000') }, 9 * DAY - 1), false);
    assert.equal(await fires({ ...exists, ...succeeded('0x20000') }, 9 * DAY + 20), true);
    assert.equal(await fires(exists, 8 * DAY), false);
    assert.equal(await fires(exists, 9 * DAY + 40), true);
    assert.equal(await fires(EXISTS, 20), true);
  });

  it('does not fire if there are no rehearsals', async () => {
    assert.deepEqual(await firing({ ...EXISTS, ...success(600) }, 20), []);
  });
});

describe('a backup failed', () => {
  const well = { ...EXISTS, ...success(600) };

  it('fires at once, with the name of the job', async () => {
    const series = { ...well, ...job(`${NAME}-2`), ...failed(`${NAME}-2`, 700) };
    assert.deepEqual(await firing(series, 20), [`OpenshiftBackupFailed ${NAME}-2`]);
  });

  it('also where there never was a success', async () => {
    const series = { ...EXISTS, ...job(`${NAME}-2`), ...failed(`${NAME}-2`, 700) };
    assert.deepEqual(await firing(series, 20), [`OpenshiftBackupFailed ${NAME}-2`]);
  });

  it('is over when a later backup succeeds, though the job is kept for its log', async () => {
    assert.deepEqual(await firing({ ...well, ...job(`${NAME}-2`), ...failed(`${NAME}-2`, 500) }, 20), []);
  });

  it("is none of another CronJob's jobs, and no success of ours", async () => {
    const series = { ...well, ...job('other-2', 'other'), ...failed('other-2', 700), ...job(`${NAME}-3`) };
    assert.deepEqual(await firing(series, 20), []);
  });
});

describe('the volume is nearly full', () => {
  const well: JsonObject = { ...EXISTS, ...success(600) };

  it('fires above 85 %, once for all nodes that have it', async () => {
    assert.deepEqual(await firing({ ...well, ...volume(14) } as Series, 20), [
      'OpenshiftBackupVolumeNearlyFull',
    ]);
    assert.deepEqual(await firing({ ...well, ...volume(16) } as Series, 20), []);
  });

  it('counts no other volume', async () => {
    const other = Object.fromEntries(
      Object.entries(volume(1)).map(([key, value]) => [key.replace(NAME, 'x'), value]),
    );
    assert.deepEqual(await firing({ ...well, ...other } as Series, 20), []);
  });
});
