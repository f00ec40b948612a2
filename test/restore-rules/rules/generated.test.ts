import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGeneratedFor } from '../../../src/restore-rules/rules/generated.ts';
import { at } from '../../support/kube-object.ts';
import { item, restored } from '../items.ts';

for (const [account, kind, secret, is] of [
  ['default', 'token', 'default-token-x7k2p', true],
  ['my.account', 'dockercfg', 'my.account-dockercfg-abcde', true],
  ['my.account', 'token', 'myxaccount-token-abcde', false],
  ['default', 'token', 'default-token-abcd', false],
  ['default', 'token', 'default-token-ABCDE', false],
  ['default', 'token', 'x-default-token-abcde', false],
  ['default', 'dockercfg', 'default-token-abcde', false],
  ['(', 'token', '(-token-abcde', true],
  ['((a+)+)+$', 'token', `${'a'.repeat(1000)}!-token-abcde`, false],
] as const) {
  test(`${secret} is ${is ? '' : 'not '}generated for ${account}`, () => {
    assert.equal(isGeneratedFor(account, kind, secret), is);
  });
}

// An account of an archive is a text like any other, and may be the worst of regular expressions.
for (const account of ['(', '[', '*', '((a+)+)+$', '(a|a)*$', 'a{9999999}', '\\', 'default|.*']) {
  test(`a pod of the ServiceAccount ${account} loses what was generated, and that alone`, () => {
    const pod = item('pods', 'shop', 'a', {
      spec: {
        serviceAccountName: account,
        imagePullSecrets: [
          { name: `${account}-dockercfg-abcde` },
          { name: `${'a'.repeat(100_000)}!-dockercfg-abcde` },
        ],
        volumes: [
          { name: 'token', secret: { secretName: `${account}-token-abcde` } },
          { name: 'mine', secret: { secretName: `${'a'.repeat(100_000)}!` } },
        ],
      },
    });
    const { object } = restored(pod);
    assert.equal(
      at(object, 'spec', 'imagePullSecrets', 0, 'name'),
      `${'a'.repeat(100_000)}!-dockercfg-abcde`,
    );
    assert.equal(at(object, 'spec', 'volumes', 0, 'name'), 'mine');
  });
}
