import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { extract } from '../../src/commands/extract.ts';
import { sampleFiles, temporaryFolder, writeSample } from '../archive/sample.ts';
import { contextOf } from './context.ts';

test('extracts a project, Secrets with their real data, and says what it wrote', async (t) => {
  const volume = temporaryFolder(t);
  writeSample(volume, 'openshift-backup202609110015.zip');
  const directory = join(temporaryFolder(t), 'web');
  const { context, text } = contextOf(['extract', 'latest', 'web', '--to', directory, '--volume', volume]);
  assert.equal(await extract(context), 'done');
  assert.equal(text(), `${directory}: project web from openshift-backup202609110015.zip, 3 files, 707 B\n`);
  assert.equal(readFileSync(join(directory, 'secrets.json'), 'utf8'), sampleFiles().get('web/secrets.json'));
});

test('tells the files as JSON', async (t) => {
  const path = writeSample(temporaryFolder(t), 'a.zip');
  const directory = temporaryFolder(t);
  const { context, text } = contextOf(['extract', path, '_cluster', '--to', directory, '-o', 'json']);
  assert.equal(await extract(context), 'done');
  const bytes = sampleFiles().get('namespaces.json')?.length;
  assert.deepEqual(JSON.parse(text()), {
    archive: 'a.zip',
    project: null,
    directory,
    files: [{ file: 'namespaces.json', bytes }],
  });
});

const MISTAKES: ReadonlyArray<readonly [readonly string[], RegExp]> = [
  [[], /needs an ARCHIVE and a PROJECT/],
  [['ARCHIVE'], /needs an ARCHIVE and a PROJECT/],
  [['ARCHIVE', 'web', 'shop', '--to', 'DIR'], /needs an ARCHIVE and a PROJECT/],
  [['ARCHIVE', 'web/secrets', '--to', 'DIR'], /takes a whole PROJECT, but got web\/secrets/],
  [['ARCHIVE', 'web/_status', '--to', 'DIR'], /takes a whole PROJECT, but got web\/_status/],
  [['ARCHIVE', 'web'], /needs --to DIR, --to FILE\.zip or --to -/],
];

for (const [words, message] of MISTAKES) {
  test(`extract ${words.join(' ')} is wrong usage`, async (t) => {
    const path = writeSample(temporaryFolder(t), 'a.zip');
    const directory = temporaryFolder(t);
    const given = words.map((word) => word.replace('ARCHIVE', path).replace('DIR', directory));
    await assert.rejects(extract(contextOf(['extract', ...given]).context), { message, ending: 'usage' });
    assert.deepEqual(readdirSync(directory), []);
  });
}
