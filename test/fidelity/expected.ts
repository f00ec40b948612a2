import { compact, elementsOf, find, type Members, membersOf, readTree, type Tree } from './json-tree.ts';

/** What of an object's metadata belongs to the server, not to whoever wrote the object. */
const BOOKKEEPING = [
  'uid',
  'selfLink',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
];
/** A status that says nothing makes no entry. */
const SILENT = ['""', 'null', '{}'];

/** An object as it should stand in an archive, by the tokens of its JSON. */
export interface ExpectedObject {
  readonly name: string;
  readonly object: string;
  /** Its item under `_status/`; null where it has none. */
  readonly status: string | null;
}

/**
 * What should be in the archive of the objects of one type in one project, told
 * from the server's answer to a LIST by means of the test's own.
 */
export function expectedOf(listed: string, apiVersion: string, kind: string): ExpectedObject[] {
  return elementsOf(find(readTree(listed), 'items')).map((item) => expectedItem(item, apiVersion, kind));
}

/** The items of a type file, each by its tokens. */
export function itemsOf(file: string): string[] {
  const list = readTree(file);
  const frame = membersOf(list).map(([key, value]) => (key === '"items"' ? key : `${key}:${compact(value)}`));
  if (frame.join() !== '"apiVersion":"v1","kind":"List","items"') throw new Error(`no List: ${frame.join()}`);
  return elementsOf(find(list, 'items')).map(compact);
}

function expectedItem(item: Tree, apiVersion: string, kind: string): ExpectedObject {
  const head: Members['members'] = [
    ['"apiVersion"', JSON.stringify(apiVersion)],
    ['"kind"', JSON.stringify(kind)],
  ];
  const status = find(item, 'status');
  const names = membersOf(find(item, 'metadata')).filter(([key]) => ['"name"', '"namespace"'].includes(key));
  const members = without(item, ['apiVersion', 'kind', 'status']).map(
    ([key, value]) => [key, key === '"metadata"' ? { members: without(value, BOOKKEEPING) } : value] as const,
  );
  const statusItem: Members['members'] = [
    ...head,
    ['"metadata"', { members: names }],
    ['"status"', status ?? ''],
  ];
  return {
    name: String(find(item, 'metadata', 'name')),
    object: compact({ members: [...head, ...members] }),
    status:
      status === undefined || SILENT.includes(compact(status)) ? null : compact({ members: statusItem }),
  };
}

function without(tree: Tree, keys: readonly string[]): Members['members'] {
  return membersOf(tree).filter(([key]) => !keys.includes(String(JSON.parse(key))));
}
