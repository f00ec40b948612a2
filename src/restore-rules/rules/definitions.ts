import { type Fields, isFields, type Value } from '../../json/value.ts';
import { edited, listAt, textAt, valueAt, without, withValue } from '../edit.ts';
import type { ChangeRow, RuleContext } from '../rule.ts';

const PRESERVE = 'x-kubernetes-preserve-unknown-fields';
const ACCEPTED_EFFECTS = new Set(['None', 'NoneOnDryRun']);

/** Definitions and webhooks that were created in v1beta1, as v1 accepts them. */
export const DEFINITION_RULES: readonly ChangeRow[] = [
  {
    rule: 'definition-conversion',
    types: ['customresourcedefinitions.apiextensions.k8s.io'],
    reason:
      'its conversion webhook cannot be called here; conversion is None, and the archived version of its objects is the stored one',
    source:
      'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#webhook-conversion',
    change: withoutConversion,
  },
  {
    rule: 'definition-unknown-fields',
    types: ['customresourcedefinitions.apiextensions.k8s.io'],
    reason: `v1 does not accept spec.preserveUnknownFields; every object of the schema gets ${PRESERVE} instead`,
    source:
      'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning',
    change: (fields) =>
      valueAt(fields, 'spec', 'preserveUnknownFields') === true
        ? edited(without(fields, 'spec.preserveUnknownFields'), 'spec.versions[*]', withOpenSchema)
        : fields,
  },
  {
    rule: 'webhook-side-effects',
    types: ['{mutating,validating}webhookconfigurations.admissionregistration.k8s.io'],
    reason: 'v1 accepts only None and NoneOnDryRun; check that the webhook has no side effects in a dry run',
    source:
      'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#side-effects',
    change: (fields, _, note) =>
      edited(fields, 'webhooks[*].sideEffects', (effects) => {
        if (typeof effects !== 'string' || ACCEPTED_EFFECTS.has(effects)) return effects;
        note(`sideEffects ${effects} → NoneOnDryRun`);
        return 'NoneOnDryRun';
      }),
  },
];

/** Without conversion, objects must be stored in the version in which they are written, or fields are lost. */
function withoutConversion(fields: Fields, { options, archiveIndex, item }: RuleContext): Fields {
  if (options.withoutConversion !== true) return fields;
  if (textAt(fields, 'spec', 'conversion', 'strategy') !== 'Webhook') return fields;
  const after = withValue(fields, 'spec.conversion', new Map([['strategy', 'None']]));
  const version = archiveIndex.types.get(item.name)?.apiVersion.split('/').at(-1);
  const isThere = listAt(fields, 'spec', 'versions').some((each) => textAt(each, 'name') === version);
  if (!isThere) return after;
  return edited(after, 'spec.versions[*]', (each) =>
    isFields(each) ? withValue(each, 'storage', textAt(each, 'name') === version) : each,
  );
}

/** A version whose schema keeps unknown fields at every depth, as the whole definition did. */
function withOpenSchema(version: Value): Value {
  if (!isFields(version)) return version;
  const schema = valueAt(version, 'schema', 'openAPIV3Schema');
  return withValue(version, 'schema.openAPIV3Schema', opened(isFields(schema) ? schema : new Map(), true));
}

function opened(schema: Fields, isRoot = false): Fields {
  const after = new Map<string, Value>();
  for (const [key, value] of schema) {
    if (key === 'properties' && isFields(value))
      after.set(key, new Map([...value].map(([name, each]) => [name, isFields(each) ? opened(each) : each])));
    else if ((key === 'items' || key === 'additionalProperties') && isFields(value))
      after.set(key, opened(value));
    else after.set(key, value);
  }
  const hasProperties = after.has('properties');
  if (textAt(after, 'type') === null && (isRoot || hasProperties)) after.set('type', 'object');
  // Maps with any key have no unknown fields.
  const isOpen = after.get('type') === 'object' && !after.has('additionalProperties');
  return isOpen ? after.set(PRESERVE, true) : after;
}
