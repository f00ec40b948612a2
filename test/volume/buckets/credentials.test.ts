import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { GoogleBucket } from '../../../src/volume/buckets/google.ts';
import { transportError } from '../../../src/volume/buckets/transport-error.ts';

test('a file of Google credentials that is not valid is named, and not quoted', () => {
  const bucket = new GoogleBucket(
    () => Promise.reject(new Error('not used')),
    'https://storage.example.com',
    'b',
  );
  const error = bucket.errorOf(
    new Error(
      'Unable to read the credential file specified by the GOOGLE_APPLICATION_CREDENTIALS environment variable: Unexpected token \'s\', "s3cret" is not valid JSON',
    ),
  );
  assert.equal(error.trouble, 'no-credentials');
  assert.match(error.message, /GOOGLE_APPLICATION_CREDENTIALS/);
  assert.doesNotMatch(error.message, /s3cret/);
});

test('a key with a line end is a mistake in the credentials', () => {
  // What the clients do with a key from a file that ends with a line end.
  assert.throws(
    () => request('http://127.0.0.1:1', { headers: { authorization: 'Credential=a\n/2026' } }),
    (error) => transportError(error)?.trouble === 'bad-credentials',
  );
});
