import assert from 'node:assert/strict';
import { test } from 'node:test';
import { READ, WRITTEN } from '../../src/json/limits.ts';

// What is written must be readable: each limit of the writer is at most that of the reader.

/** Longest folders beside the type files. */
const FOLDER = '/_metadata/'.length;
/** White space, a comma and a number in the place of each object. */
const ENVELOPE_OF_AN_OBJECT = 7;

test('an object that the export takes can be read, also without its indentation', () => {
  // A line end and a blank for each byte at most.
  assert(2 * WRITTEN.objectBytes + 1024 * 1024 < READ.objectBytes);
  assert(WRITTEN.objectDepth <= READ.objectDepth);
});

test('so can a file of as many objects as a type may have', () => {
  assert(WRITTEN.objects * ENVELOPE_OF_AN_OBJECT + 4096 <= READ.envelopeBytes);
});

test('and the names, the directory and the checksums of all files', () => {
  const longest = WRITTEN.projectName + FOLDER + WRITTEN.typeName + '.json'.length;
  assert(longest <= READ.entryName);
  // One type in every project, in each of four forms.
  assert(4 * WRITTEN.projects * 10 <= READ.entries);
  assert(4 * WRITTEN.projects * (66 + longest + 1) <= READ.checksumBytes);
});

test('and a manifest that tells of them', () => {
  const row = WRITTEN.projectName + 60;
  assert(WRITTEN.projects * row < READ.manifestBytes);
  assert(WRITTEN.projects < READ.brackets);
});
