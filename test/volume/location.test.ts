import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUrl, parseArchiveUrl, parseLocation } from '../../src/volume/location.ts';

test('a text without a scheme is a directory', () => {
  for (const text of ['/backups', './a', 'backups', 's3:/bucket', 'C:\\backups', '/a://b'])
    assert.deepEqual(parseLocation(text), { kind: 'directory', text });
});

test('reads buckets of three clouds, with and without a prefix', () => {
  const read = (text: string) => {
    const location = parseLocation(text);
    return location.kind === 'bucket' ? [location.scheme, location.bucket, location.prefix] : location.kind;
  };
  assert.deepEqual(read('s3://backups'), ['s3', 'backups', '']);
  assert.deepEqual(read('s3://backups/'), ['s3', 'backups', '']);
  assert.deepEqual(read('S3://backups/prod/east'), ['s3', 'backups', 'prod/east/']);
  assert.deepEqual(read('azblob://backups/prod/'), ['azblob', 'backups', 'prod/']);
  assert.deepEqual(read('gs://my.backups_1/p'), ['gs', 'my.backups_1', 'p/']);
  assert.deepEqual(read('azblob://$root'), ['azblob', '$root', '']);
});

test('says what is wrong with a URL', () => {
  const wrong = (text: string, expected: RegExp) => assert.throws(() => parseLocation(text), expected);
  wrong('https://example.com/a', /must be a directory or a URL: s3:\/\/BUCKET/);
  wrong('s3://', /"" is not the name of a bucket/);
  wrong('s3:///prefix', /"" is not the name of a bucket/);
  wrong('s3://user:secret@host/a', /is not the name of a bucket/);
  wrong('gs://bkt/a//c', /must not contain empty parts/);
  wrong('gs://bkt/a/../c', /must not contain empty parts, \. or \.\./);
  wrong('s3://bkt/a?versionId=1', /must not contain \?/);
  wrong('s3://bkt/a\u0000', /must not contain/);
  wrong(`s3://bkt/${'x'.repeat(901)}`, /at most 900 characters/);
});

test('splits the URL of an archive into its store and its name', () => {
  const store = parseLocation('s3://bkt/p');
  assert.deepEqual(parseArchiveUrl('s3://bkt/p/a.zip'), { store, file: 'a.zip' });
  assert.deepEqual(parseArchiveUrl('gs://bkt/a.zip'), { store: parseLocation('gs://bkt'), file: 'a.zip' });
  for (const none of ['s3://bkt', 's3://bkt/', 's3://bkt/p/']) assert.equal(parseArchiveUrl(none), null);
  assert.equal(isUrl('s3://bkt/a.zip'), true);
  assert.equal(isUrl('./a.zip'), false);
});
