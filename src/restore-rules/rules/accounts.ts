import { edited, textAt, without } from '../edit.ts';
import { isGeneratedFor } from '../generated-secret.ts';
import type { ChangeRow } from '../rule.ts';

/** What controllers write into ServiceAccounts. */
export const ACCOUNT_RULES: readonly ChangeRow[] = [
  {
    rule: 'account-secrets',
    types: ['serviceaccounts'],
    reason: 'generated tokens and pull secrets, which have other names when they are made anew',
    source: 'https://kubernetes.io/docs/concepts/security/service-accounts/',
    change: (fields, { item: { name } }) =>
      ['secrets', 'imagePullSecrets'].reduce(
        (left, list) =>
          edited(left, `${list}[*]`, (each) => {
            const secret = textAt(each, 'name') ?? '';
            return isGeneratedFor(name, 'token', secret) || isGeneratedFor(name, 'dockercfg', secret)
              ? undefined
              : each;
          }),
        fields,
      ),
  },
  {
    rule: 'account-pull-secret-ref',
    types: ['serviceaccounts', 'secrets'],
    reason: 'names a generated Secret, which OpenShift makes anew',
    source: 'https://docs.okd.io/latest/registry/accessing-the-registry.html',
    change: (fields) =>
      without(fields, 'metadata.annotations[openshift.io/internal-registry-pull-secret-ref]'),
  },
];
