import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { runHere } from '../cluster/run-here.ts';
import { object, writeArchive } from '../comparison/archives.ts';
import { at, listAt, textAt } from '../support/kube-object.ts';
import { rehearse, Volume } from './ground.ts';

const FIRST = 'openshift-backup202611260015.zip';
const SECOND = 'openshift-backup202611270015.zip';
const RECORD = SECOND.replace('.zip', '.rehearsal.json');
const SETTINGS = (mode: string) => ({
  'shop/configmaps.json': [object('ConfigMap', 'settings', { data: { mode } }, { namespace: 'shop' })],
});

describe('the result of a rehearsal beside its archive', () => {
  let volume: Volume;
  let record: string;
  const path = () => join(volume.path, RECORD);
  const rehearsalOf = async (file: string) => {
    const { stdout, status, stderr } = await runHere(['list', '--volume', volume.path, '-o', 'json']);
    assert.equal(status, 0, stderr);
    const rows: readonly object[] = JSON.parse(stdout);
    return at(rows.find((each) => textAt(each, 'archive') === file) ?? {}, 'rehearsal');
  };
  const verify = async (...words: string[]) => await runHere(['verify', '--volume', volume.path, ...words]);

  before(async () => {
    volume = new Volume();
    const started = (day: number) => ({ startedAt: `2026-11-${day}T00:15:00.000Z` });
    writeArchive(volume.path, FIRST, SETTINGS('slow'), started(26));
    writeArchive(volume.path, SECOND, SETTINGS('fast'), started(27));
    const run = await rehearse(volume);
    assert.equal(run.status, 0, run.stderr);
    record = readFileSync(path(), 'utf8');
  });

  after(() => volume[Symbol.dispose]());

  beforeEach(() => writeFileSync(path(), record));

  it('is one file, and no other remains', () => {
    assert.deepEqual(readdirSync(volume.path).sort(), [FIRST, SECOND, RECORD].sort());
    assert.match(record, /"proven": 1,/);
  });

  it('is shown by list for this archive alone', async () => {
    const found = await rehearsalOf(SECOND);
    assert.deepEqual(
      ['objects', 'proven', 'differs', 'refused', 'notRehearsed'].map((key) => at(found, key)),
      [1, 1, 0, 0, 0],
    );
    assert.equal(await rehearsalOf(FIRST), null);
    const { stdout } = await runHere(['list', '--volume', volume.path, '-o', 'wide']);
    assert.match(stdout, /REHEARSED/);
    assert.match(stdout, /proven, (now|\d+ (second|minute)s? ago)/);
  });

  it('does not count for another archive under the same name', async () => {
    const [own, other] = [join(volume.path, SECOND), join(volume.path, FIRST)];
    renameSync(own, `${own}.away`);
    copyFileSync(other, own);
    try {
      assert.equal(await rehearsalOf(SECOND), null);
      assert.equal((await verify('--rehearsed', '1d')).status, 4);
    } finally {
      renameSync(`${own}.away`, own);
    }
  });

  for (const [what, text] of [
    ['cut off', (whole: string) => whole.slice(0, 100)],
    ['no JSON', () => '\u001b[2J'],
    ['of numbers that contradict each other', (whole: string) => whole.replace('"proven": 1', '"proven": 7')],
    ['of another format', (whole: string) => whole.replace('"formatVersion": 1', '"formatVersion": 2')],
    [
      'with a time that is none',
      (whole: string) => whole.replace(/"finishedAt": "[^"]*"/, '"finishedAt": "soon"'),
    ],
    ['of ten million bytes', (whole: string) => `${whole}${' '.repeat(10_000_000)}`],
    ['of a million lists', () => '['.repeat(2_000_000)],
  ] as const) {
    it(`does not count if it is ${what}`, async () => {
      writeFileSync(path(), text(record));
      assert.equal(await rehearsalOf(SECOND), null);
    });
  }

  it('is not read through a link', async () => {
    renameSync(path(), join(volume.path, 'elsewhere'));
    symlinkSync('elsewhere', path());
    try {
      assert.equal(await rehearsalOf(SECOND), null);
    } finally {
      renameSync(join(volume.path, 'elsewhere'), path());
    }
  });

  it('has no effect on the screen of list, whatever it contains', async () => {
    writeFileSync(path(), record.replace(/"kubernetes": "[^"]*"/, '"kubernetes": "v1\\u001b[31m"'));
    for (const output of ['wide', 'json', 'yaml']) {
      const { stdout, status } = await runHere(['list', '--volume', volume.path, '-o', output]);
      assert.equal(status, 0);
      assert.ok(!stdout.includes('\u001b'), output);
    }
  });

  it('is what verify --rehearsed goes by: 0 if it is recent, 4 if it is not, 3 if something did not come back', async () => {
    const recent = await verify('--rehearsed', '1d');
    assert.equal(recent.status, 0, recent.stdout);
    assert.match(recent.stdout, new RegExp(`^rehearsal fresh: the last successful rehearsal, of ${SECOND}`));
    writeFileSync(
      path(),
      record.replaceAll(/"finishedAt": "[^"]*"/g, '"finishedAt": "2026-01-01T00:00:00Z"'),
    );
    assert.equal((await verify('--rehearsed', '1d')).status, 4);
    writeFileSync(
      path(),
      record.replaceAll(/"finishedAt": "[^"]*"/g, '"finishedAt": "2999-01-01T00:00:00Z"'),
    );
    assert.equal((await verify('--rehearsed', '1d')).status, 4);
    const failed = record.replace('"proven": 1', '"proven": 0').replace('"refused": 0', '"refused": 1');
    writeFileSync(path(), failed);
    const { status, stdout } = await verify('--rehearsed', '1d', '-o', 'json');
    assert.equal(status, 3);
    assert.equal(textAt(JSON.parse(stdout), 'rehearsal', 'state'), 'failed');
    assert.equal(listAt(JSON.parse(stdout), 'rehearsal', 'attempts').length, 1);
  });

  it('combines with --max-age: the worse of both counts', async () => {
    assert.equal((await verify('--rehearsed', '1d', '--max-age', '1s')).status, 4);
  });

  it('is removed with its archive', async () => {
    const copy = new Volume();
    try {
      for (const file of [FIRST, SECOND, RECORD])
        copyFileSync(join(volume.path, file), join(copy.path, file));
      writeFileSync(join(copy.path, FIRST.replace('.zip', '.rehearsal.json')), record);
      const run = await runHere([
        'prune',
        '--volume',
        copy.path,
        '--retain-days',
        '0',
        '--retain-days',
        '1',
        '--apply',
      ]);
      assert.equal(run.status, 0, run.stderr);
      assert.deepEqual(readdirSync(copy.path).sort(), [SECOND, RECORD].sort());
    } finally {
      copy[Symbol.dispose]();
    }
  });

  it('is missing, with a warning, on a volume that cannot be written to, and the rehearsal succeeds', async (t) => {
    if (process.getuid?.() === 0) {
      // Root may write everywhere; a directory in place of the file refuses it, too.
      const copy = new Volume();
      try {
        writeArchive(copy.path, FIRST, SETTINGS('slow'));
        mkdirSync(join(copy.path, FIRST.replace('.zip', '.rehearsal.json')));
        const run = await rehearse(copy);
        assert.equal(run.status, 0, run.stderr);
        assert.equal(at(run.result, 'proven'), 1);
        assert.match(run.stderr, /result is not kept/);
        assert.deepEqual(readdirSync(copy.path).length, 2);
      } finally {
        copy[Symbol.dispose]();
      }
      return;
    }
    chmodSync(volume.path, 0o500);
    t.after(() => chmodSync(volume.path, 0o700));
    const run = await rehearse(volume);
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stderr, /result is not kept/);
  });
});
