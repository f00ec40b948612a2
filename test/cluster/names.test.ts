import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  archiveName,
  checkName,
  checkStamp,
  checkZone,
  type Naming,
  parseName,
} from '../../src/volume/names.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { lists } from '../support/fault-rules.ts';
import { mayRead } from '../support/grants.ts';
import { waitFor } from '../support/wait.ts';
import { runCli, Volume, ZipFile } from './run-cli.ts';
import { runHere } from './run-here.ts';

const NAMING: Naming = { name: 'openshift-backup', stamp: 'yyyyMMddHHmm', zone: 'UTC' };
/** A day in a zone where it is noon or so, lest midnight falls between two runs. */
const OF_TODAY = ['--stamp', 'yyyyMMdd', '--zone', zoneOfNoon()];

function zoneOfNoon(): string {
  const ahead = 12 - new Date().getUTCHours();
  // The signs of these zones are POSIX's: west is plus.
  return ahead === 0 ? 'UTC' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

const inZone = (zone: string): Naming => ({ ...NAMING, zone });

let control: ControlPlane;
before(async () => {
  control = await startControlPlane();
});
after(() => control.stop());

const backUp = (volume: Volume, ...words: string[]) =>
  runHere([
    '--volume',
    volume.path,
    '--kubeconfig',
    control.kubeconfig,
    '--resource',
    'namespaces',
    ...words,
  ]);

test('the stamp is the start time in the chosen time zone', async () => {
  using volume = new Volume();
  const words = ['--name', 'night-', '--stamp', "yyyy-MM-dd'T'HH", '--zone', 'Pacific/Kiritimati'];
  assert.equal((await backUp(volume, ...words)).status, 0);
  const { startedAt } = volume.latest().manifest;
  // Fourteen hours ahead of UTC, all the year round.
  const there = new Date(Date.parse(startedAt) + 14 * 3_600_000).toISOString();
  assert.deepEqual(volume.archives(), [`night-${there.slice(0, 13)}.zip`]);
});

test('a second run with the same stamp gets a name that sorts after the first', async () => {
  using volume = new Volume();
  // A stamp of the day alone, so that all runs fall into one.
  for (let run = 0; run < 3; run++) assert.equal((await backUp(volume, ...OF_TODAY)).status, 0);
  const [first = '', ...others] = volume.archives();
  assert.match(first, /^openshift-backup\d{8}\.zip$/);
  const stem = first.replace('.zip', '');
  assert.deepEqual(others, [`${stem}_02.zip`, `${stem}_03.zip`]);
  const list = await runHere(['list', '--volume', volume.path, ...OF_TODAY, '-o', 'json']);
  const found: { archive: string }[] = JSON.parse(list.stdout);
  assert.deepEqual(
    found.map(({ archive }) => archive),
    [`${stem}_03.zip`, `${stem}_02.zip`, first],
  );
});

test('three runs at once do not disturb each other', async (t) => {
  using volume = new Volume();
  const account = await control.addServiceAccount('at-once', 'twin');
  await control.grant({ to: account, rules: [mayRead('', 'configmaps', 'namespaces')] });
  const proxy = await startFaultProxy(control);
  t.after(() => proxy.close());
  // All are in the middle of their lists at the same time.
  const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
  proxy.add({ match: lists('configmaps'), times: 'forever', fault: { kind: 'hold', until } });
  const kubeconfig = await proxy.kubeconfigFor({ token: account.token });
  const words = ['--volume', volume.path, '--kubeconfig', kubeconfig, ...OF_TODAY];
  const running = Array.from({ length: 3 }, () => runCli([...words, '--request-timeout', '900']));
  await waitFor(
    'three lists',
    async () => proxy.requests.filter(({ fault }) => fault === 'hold').length === 3,
  );
  goOn();
  const runs = await Promise.all(running);
  assert.deepEqual(
    runs.map(({ status }) => status),
    [0, 0, 0],
    runs.map(({ stderr }) => stderr).join('\n'),
  );
  const archives = volume.archives();
  assert.equal(archives.length, 3);
  assert.deepEqual(volume.files(), archives);
  const verified = await runHere(['verify', '--volume', volume.path, ...OF_TODAY, ...archives]);
  assert.equal(verified.status, 0, verified.stderr);
  const objects = archives.map((file) => new ZipFile(`${volume.path}/${file}`).manifest.totals.objects);
  assert.equal(new Set(objects).size, 1);
  const named = runs.map(({ log }) => String(log.at(-1)?.archive).replace(`${volume.path}/`, ''));
  assert.deepEqual(named.sort(), archives);
});

test('a foreign file of the same name is not overwritten', async () => {
  using volume = new Volume();
  assert.equal((await backUp(volume, ...OF_TODAY)).status, 0);
  const before = volume.latest().text('SHA256SUMS');
  const [first = ''] = volume.archives();
  assert.equal((await backUp(volume, ...OF_TODAY, '--no-status')).status, 0);
  assert.equal(new ZipFile(`${volume.path}/${first}`).text('SHA256SUMS'), before);
});

test('names are correct on days on which the clock is changed', () => {
  // Zurich, 2026-10-25: 02:30 comes twice. 2026-03-29: 02:30 does not come at all.
  const zurich = inZone('Europe/Zurich');
  const twice = ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'].map((time) =>
    archiveName(zurich, new Date(time)),
  );
  assert.deepEqual(twice, Array(2).fill('openshift-backup202610250230.zip'));
  const spring = ['2026-03-29T00:59:00Z', '2026-03-29T01:00:00Z'].map((time) =>
    archiveName(zurich, new Date(time)),
  );
  assert.deepEqual(spring, ['openshift-backup202603290159.zip', 'openshift-backup202603290300.zip']);
  for (const name of [...twice, ...spring]) {
    const parsed = parseName(zurich, name);
    assert(parsed !== null, name);
    assert.equal(archiveName(zurich, parsed.time), name);
  }
  // That minute never was in Zurich, but it was where an archive of another zone got its name.
  const inSpring = 'openshift-backup202603290230.zip';
  assert.equal(parseName(zurich, inSpring)?.time.toISOString(), '2026-03-29T01:30:00.000Z');
  assert.equal(parseName(NAMING, inSpring)?.time.toISOString(), '2026-03-29T02:30:00.000Z');
});

test('only names with a complete stamp, and perhaps a run number, are archives', () => {
  const ours: [string, number][] = [
    ['202609110015', 1],
    ['202609110015_02', 2],
    ['202609110015_10', 10],
    ['202609110015_100', 100],
  ];
  for (const [stamp, run] of ours)
    assert.equal(parseName(NAMING, `openshift-backup${stamp}.zip`)?.run, run, stamp);
  for (const stamp of [
    '',
    '2026',
    '202613110015',
    '20260911001',
    '2026091100155',
    '202609110015_2',
    '202609110015_',
    '202609110015-02',
    'x202609110015',
  ])
    assert.equal(parseName(NAMING, `openshift-backup${stamp}.zip`), null, stamp);
  for (const file of [
    'openshift-backup202609110015.ZIP',
    'backup202609110015.zip',
    '.openshift-backup202609110015.zip.partial',
  ])
    assert.equal(parseName(NAMING, file), null, file);
});

test('options that give no valid name are refused', () => {
  for (const stamp of ['HHmm', 'yyyy/MM/dd', 'yyyy MM', 'ccc', ''])
    assert.throws(() => checkStamp(stamp), Error, stamp);
  for (const stamp of ['yyyyMMddHHmm', 'yyyy-MM-dd', "yyyyMMdd'T'HHmmss", 'yyyy-ooo'])
    assert.equal(checkStamp(stamp), stamp);
  for (const zone of ['Mars', 'UTC+25', ''])
    assert.throws(() => checkZone(zone), /is not an IANA time zone/, zone);
  for (const name of ['', '-x', '../x', 'a/b', '.x', 'a b'])
    assert.throws(() => checkName(name), Error, name);
});
