import { WRITTEN } from '../json/limits.ts';
import { ListMistake, ListReader } from '../json/list-reader.ts';
import { textAt } from '../json/members.ts';
import { INCOMPLETE, JsonError, valueEnd } from '../json/scan.ts';
import { Identity } from '../types/identity.ts';
import { WrongAnswer } from './api-error.ts';
import type { Client } from './client.ts';

const NAMES_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/**
 * The names of the objects of a list. One object at a time is in memory: people may write
 * a quarter of a megabyte of annotations on each of their projects.
 *
 * @throws ApiError, ConnectionError
 */
export async function objectNames(client: Client, path: string): Promise<string[]> {
  const reader = new ListReader();
  const identity = new Identity();
  const names: string[] = [];
  const take = () => {
    for (let at = reader.item(); at >= 0; at = reader.item()) {
      const whole = identity.find(reader.bytes, at, reader.end) !== INCOMPLETE;
      const next = whole ? valueEnd(reader.bytes, at, reader.end) : INCOMPLETE;
      if (next === INCOMPLETE) {
        reader.incomplete();
        return;
      }
      if (names.length >= WRITTEN.projects)
        throw new ListMistake(`it has more than ${WRITTEN.projects} objects`);
      names.push(textAt(reader.bytes, identity.nameStart) ?? '');
      reader.taken(next);
    }
  };
  try {
    await client.stream(
      path,
      (chunk) => {
        reader.push(chunk);
        take();
      },
      NAMES_ONLY,
    );
    reader.finish();
    take();
  } catch (error) {
    if (!(error instanceof JsonError || error instanceof ListMistake)) throw error;
    throw new WrongAnswer('GET', path, error.message);
  }
  return names;
}
