import { parseValue } from '../json/parse-value.ts';
import { type Fields, isFields } from '../json/value.ts';
import { textAt } from '../restore-rules/edit.ts';

/** An object as the cluster has it, parsed once. */
export interface LiveObject {
  readonly fields: Fields;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly isBeingDeleted: boolean;
}

/**
 * Parses an object of the cluster; `fields` is empty if it has too many values.
 */
export function liveObject(bytes: Uint8Array): LiveObject {
  const value = parseValue(bytes);
  const fields: Fields = isFields(value) ? value : new Map();
  return {
    fields,
    uid: textAt(fields, 'metadata', 'uid') ?? '',
    resourceVersion: textAt(fields, 'metadata', 'resourceVersion') ?? '',
    isBeingDeleted: textAt(fields, 'metadata', 'deletionTimestamp') !== null,
  };
}
