import { globMatcher } from '../words/glob.ts';

/** What a rehearsal cannot show of objects that came back: what would act on them is not there. */
const LIMITS: ReadonlyArray<
  readonly [types: readonly string[], noun: readonly [string, string], text: string]
> = [
  [
    ['{mutating,validating}webhookconfigurations.admissionregistration.k8s.io'],
    ['webhook configuration', 'webhook configurations'],
    'stored and compared, but not called: their services are not here',
  ],
  [
    ['{mutating,validating}admissionpolicies.admissionregistration.k8s.io'],
    ['admission policy', 'admission policies'],
    'stored and compared, but not applied to the other objects',
  ],
  [
    ['apiservices.apiregistration.k8s.io'],
    ['APIService', 'APIServices'],
    'stored and compared, but their API servers are not here',
  ],
  [
    ['resourcequotas'],
    ['ResourceQuota', 'ResourceQuotas'],
    'stored and compared, but not enforced: a controller counts what they limit',
  ],
  [
    ['persistentvolumeclaims'],
    ['PersistentVolumeClaim', 'PersistentVolumeClaims'],
    'compared, but not bound: an archive contains no volume data',
  ],
  [
    ['serviceaccounts'],
    ['ServiceAccount', 'ServiceAccounts'],
    'compared; their tokens are made by controllers of the cluster',
  ],
];

const ROWS = LIMITS.map(([types, noun, text]) => ({ matches: globMatcher(types), noun, text }));

/** @param restored number of objects by type */
export function notesOf(restored: ReadonlyMap<string, number>): readonly string[] {
  return ROWS.flatMap(({ matches, noun: [one, many], text }) => {
    let objects = 0;
    for (const [type, count] of restored) if (matches(type)) objects += count;
    return objects === 0 ? [] : [`${objects} ${objects === 1 ? one : many}: ${text}`];
  });
}
