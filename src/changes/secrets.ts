import { type Fields, isFields, Masked, type Value } from './value.ts';

/** Annotations that repeat the data: kubectl's copy, and OpenShift's token of a dockercfg Secret. */
const COPIES = ['kubectl.kubernetes.io/last-applied-configuration', 'openshift.io/token-secret.value'];

/**
 * A Secret whose values can be compared, but not seen: data, stringData, and the copies
 * of them in annotations. The keys stay.
 */
export function maskSecret(object: Value): Value {
  // Too much to be taken apart, so nothing of it is shown.
  if (!isFields(object)) return new Masked(object);
  return mapped(
    mapped(mapped(object, 'data', maskValues), 'stringData', maskValues),
    'metadata',
    (metadata) => (isFields(metadata) ? mapped(metadata, 'annotations', maskCopies) : metadata),
  );
}

function maskValues(value: Value): Value {
  // Anything but an object is no Secret's data, so nothing of it is shown.
  if (!isFields(value)) return value === null ? null : new Masked(value);
  return new Map([...value].map(([key, each]) => [key, new Masked(each)]));
}

function maskCopies(annotations: Value): Value {
  if (!isFields(annotations)) return annotations;
  return COPIES.reduce((fields, key) => mapped(fields, key, (value) => new Masked(value)), annotations);
}

function mapped(fields: Fields, key: string, map: (value: Value) => Value): Fields {
  const value = fields.get(key);
  return value === undefined ? fields : new Map(fields).set(key, map(value));
}
