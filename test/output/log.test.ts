import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logsJson } from '../../src/output/log.ts';

const POD = { KUBERNETES_SERVICE_HOST: '10.0.0.1' };
const READING = ['access', 'list', 'show', 'diff', 'history', 'extract', 'verify', 'restore', 'completion'];

test('what runs unattended in a pod logs JSON', () => {
  for (const command of ['backup', 'prune', 'idle'])
    assert.equal(logsJson({ logFormat: 'auto', command }, false, POD), true, command);
});

test('a person gets text: at a terminal, outside of a pod, and from every command that answers one', () => {
  for (const command of ['backup', 'prune', 'idle']) {
    assert.equal(logsJson({ logFormat: 'auto', command }, true, POD), false, command);
    assert.equal(logsJson({ logFormat: 'auto', command }, false, {}), false, command);
  }
  for (const command of READING)
    assert.equal(logsJson({ logFormat: 'auto', command }, false, POD), false, command);
});

test('who says which form gets it', () => {
  assert.equal(logsJson({ logFormat: 'json', command: 'show' }, true, {}), true);
  assert.equal(logsJson({ logFormat: 'text', command: 'backup' }, false, POD), false);
});
