import type { ZipFile } from '../../cluster/run-cli.ts';
import { isJsonObject, listAt, textAt } from '../kube-object.ts';
import type { Difference } from './differences.ts';

/** What is not the same in two archives. */
export interface Comparison {
  /** Objects that differ in what nothing says that they may, or that one of the two archives lacks. */
  readonly unexplained: readonly string[];
  /** Differences that did not occur. */
  readonly unused: readonly Difference[];
}

/**
 * Compares all type files to the byte, object by object, states and bindings included. Throws an Error where a
 * file is not printed as archives are.
 */
export function compare(
  [first, second]: readonly [ZipFile, ZipFile],
  isLeftOut: (place: string) => boolean,
  allowed: readonly Difference[],
): Comparison {
  const unused = new Set(allowed.filter(({ byChance }) => byChance !== true));
  const unexplained: string[] = [];
  for (const file of new Set([...first.names, ...second.names])) {
    if (file === 'manifest.json' || file === 'SHA256SUMS') continue;
    // What the server keeps of an object is of its own making: uids, times, managers.
    if (file.includes('_metadata/')) continue;
    const [before, after] = [objectsOf(first, file), objectsOf(second, file)];
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      const [old, now] = [before.get(name), after.get(name)];
      if (old === now || isLeftOut(typePathOf(file, name))) continue;
      const ofObject = allowed.filter((each) => each.file === file && each.names.includes(name));
      for (const each of ofObject)
        if (valueAt(old, each.path) !== valueAt(now, each.path)) unused.delete(each);
      const [left, right] = [old, now].map((text) => textWithout(text, ofObject));
      if (left !== right) unexplained.push(`${file}: ${name}`);
    }
  }
  return { unexplained, unused: [...unused] };
}

/** `PROJECT/TYPE/NAME` of an object in a file of an archive, of whatever view. */
export function typePathOf(file: string, name: string): string {
  const parts = file.replace(/\.json$/, '').split('/');
  const [type = '', project = '_cluster'] = parts.filter((part) => !/^_(status|bound)$/.test(part)).reverse();
  return `${project}/${type}/${name}`;
}

/** The text of each object of a file, by name; none where the archive has no such file. */
function objectsOf(archive: ZipFile, file: string): ReadonlyMap<string, string> {
  if (!archive.names.includes(file)) return new Map();
  const text = archive.text(file);
  const texts = text.match(/^ {4}\{$(?:\n.*)*?\n {4}\}/gm) ?? [];
  const objects = new Map(texts.map((each) => [textAt(JSON.parse(each), 'metadata', 'name'), each]));
  if (objects.size !== listAt(JSON.parse(text), 'items').length)
    throw new Error(`${file} is printed in another way`);
  return objects;
}

/** The values at a path, as text. */
function valueAt(text: string | undefined, path: readonly string[]): string {
  return JSON.stringify(text === undefined ? [] : valuesAt(JSON.parse(text), path));
}

/** An object less what may differ; '' where nothing is left. What JavaScript would print in another way is refused. */
function textWithout(text: string | undefined, allowed: readonly Difference[]): string {
  if (text === undefined) return '';
  const object: unknown = JSON.parse(text);
  if (JSON.stringify(object, null, 2).replace(/^/gm, '    ') !== text) return text;
  return JSON.stringify(allowed.reduce((less, { path }) => without(less, path), object)) ?? '';
}

function valuesAt(value: unknown, [step, ...rest]: readonly string[]): readonly unknown[] {
  if (step === undefined || value === undefined) return value === undefined ? [] : [value];
  if (step === '*') return Array.isArray(value) ? value.flatMap((each) => valuesAt(each, rest)) : [];
  return isJsonObject(value) ? valuesAt(value[step], rest) : [];
}

function without(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return undefined;
  if (step === '*') return Array.isArray(value) ? value.map((each) => without(each, rest)) : value;
  if (!isJsonObject(value) || !(step in value)) return value;
  const { [step]: inner, ...others } = value;
  // In its old place: the order of keys counts.
  return rest.length === 0 ? others : { ...value, [step]: without(inner, rest) };
}
