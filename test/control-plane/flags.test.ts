import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { apiServerFlags } from '../../src/control-plane/flags.ts';
import { minorVersion } from '../../src/control-plane/programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'flags-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const SETTINGS = { serviceRanges: ['10.96.0.0/16'], alpha: false };
const disabledIn = (minor: number) =>
  apiServerFlags(6443, minor, SETTINGS)
    .find((flag) => flag.startsWith('--disable-admission-plugins='))
    ?.split('=')[1]
    ?.split(',');

test('older servers are not told of admission plugins that they do not have', () => {
  const webhooks = ['MutatingAdmissionWebhook', 'ValidatingAdmissionWebhook'];
  const controllers = ['ServiceAccount', 'ResourceQuota'];
  assert.deepEqual(disabledIn(25), [...webhooks, ...controllers]);
  assert.deepEqual(disabledIn(31), [...webhooks, 'ValidatingAdmissionPolicy', ...controllers]);
  const all = [...webhooks, 'MutatingAdmissionPolicy', 'ValidatingAdmissionPolicy', ...controllers];
  assert.deepEqual(disabledIn(32), all);
  assert.deepEqual(disabledIn(Number.POSITIVE_INFINITY), all);
});

const saying = (script: string): string => {
  const path = join(folder, 'kube-apiserver');
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
};

test('the version is what the program says; if it says none, it counts as the newest', async () => {
  assert.equal(await minorVersion(saying('echo Kubernetes v1.31.14')), 31);
  assert.equal(await minorVersion(saying('echo Kubernetes v1.29.6+aba1e8d')), 29);
  for (const none of ['echo hello', 'exit 1', 'head -c 1000000 /dev/zero'])
    assert.equal(await minorVersion(saying(none)), Number.POSITIVE_INFINITY, none);
});
