import { READ } from '../../json/limits.ts';
import { hasKey, objectMistake } from '../../json/members.ts';
import { bracketsOf, parseJson } from '../../json/parse-json.ts';
import { COMMA, INCOMPLETE, JsonError, keyEnd, OPEN_OBJECT, skipSpace, valueEnd } from '../../json/scan.ts';
import {
  checkManifest,
  LONGEST_PROJECT_NAME,
  type Manifest,
  type ManifestProject,
  type ParsedManifest,
  parseManifest,
} from './manifest.ts';

const PROJECTS = 'projects';
const NO_PROJECTS = Buffer.from('[]');

/** The projects of a manifest. */
interface Projects {
  readonly names: readonly string[];
  /** How many objects each has. */
  readonly objects: Uint32Array;
}

/**
 * Parses the manifests of many archives. Most of a manifest is its list of projects, of which there are thousands, and
 * which are nearly the same each night. They are checked as bytes. Of each manifest, only the numbers of objects are kept;
 * the names are shared. `projects` makes its rows each time it is read, so read it once. The result is that of
 * parseManifest.
 */
export class AlikeManifests {
  /** The names of the projects in the previous manifest. */
  #names: readonly string[] = [];
  /** The last row that was made for each project. */
  readonly #rows = new Map<string, ManifestProject>();

  /** See parseManifest. */
  parse(bytes: Buffer): ParsedManifest {
    try {
      // What the export does not write, valid or not, is parsed like any other manifest.
      return this.#parseAsWritten(bytes) ?? parseManifest(bytes);
    } catch (error) {
      if (error instanceof JsonError) return parseManifest(bytes);
      throw error;
    }
  }

  /** Null if the list of projects is not as the export writes it, or anything is invalid. Throws JsonError. */
  #parseAsWritten(bytes: Buffer): ParsedManifest | null {
    const start = startOfProjects(bytes);
    if (start === null) return null;
    const list = new ProjectList(bytes, start);
    const projects = list.read(this.#names);
    if (projects === null) return null;
    const rest = Buffer.concat([bytes.subarray(0, start), NO_PROJECTS, bytes.subarray(list.end)]);
    if (!hasOneList(rest) || projects.names.length + bracketsOf(rest) > READ.brackets) return null;
    const parsed = parseJson(rest);
    const checked = parsed.kind === 'value' ? checkManifest(parsed.value) : parsed;
    if (checked.kind === 'invalid') return null;
    this.#names = projects.names;
    const rows = () => this.#rowsOf(projects);
    const manifest: Manifest = {
      ...checked.manifest,
      get projects() {
        return rows();
      },
    };
    return { kind: 'manifest', manifest };
  }

  /** Rows that were made before are used again, so that those of many manifests are in memory once. */
  #rowsOf({ names, objects }: Projects): Manifest['projects'] {
    return names.map((name, at) => {
      const known = this.#rows.get(name);
      if (known !== undefined && known.objects === objects[at]) return known;
      const row = { name, objects: objects[at] ?? 0 };
      this.#rows.set(name, row);
      return row;
    });
  }
}

/** The offset of the value of the first member `projects`; null if there is none. Throws JsonError. */
function startOfProjects(bytes: Buffer): number | null {
  const { length } = bytes;
  let at = skipSpace(bytes, 0, length);
  if (bytes[at] !== OPEN_OBJECT) return null;
  do {
    at = skipSpace(bytes, at + 1, length);
    const value = keyEnd(bytes, at, length);
    if (value === INCOMPLETE) return null;
    if (hasKey(bytes, at, PROJECTS)) return value;
    const end = valueEnd(bytes, value, length);
    if (end === INCOMPLETE) return null;
    at = skipSpace(bytes, end, length);
  } while (bytes[at] === COMMA);
  return null;
}

/** Whether a document is an object with one member `projects`: of several, JSON.parse would take the last. */
function hasOneList(bytes: Buffer): boolean {
  let found = 0;
  const mistake = objectMistake(bytes, (keyAt) => {
    if (hasKey(bytes, keyAt, PROJECTS)) found += 1;
  });
  return mistake === null && found === 1;
}

/**
 * The list of projects as the export writes it: rows of `name` and `objects` in this order, names in ASCII without
 * escapes, numbers of up to nine digits. All of these rows pass the check of a manifest.
 */
class ProjectList {
  /** After read(), the offset after the list and the white space that follows it. */
  end: number;
  readonly #bytes: Buffer;
  /** Of the last row: where its name begins and ends, and its number of objects. */
  #nameStart = 0;
  #nameEnd = 0;
  #objects = 0;

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes;
    this.end = start;
  }

  /**
   * Null if it is written in another way.
   *
   * @param known the names that are probably in it
   */
  read(known: readonly string[]): Projects | null {
    /** Null as long as the names are the first of the known ones. */
    let names: string[] | null = null;
    let objects = new Uint32Array(known.length);
    let count = 0;
    /** The known name that probably comes next. */
    let next = 0;
    if (!this.#take('[')) return null;
    if (this.#take(']')) return { names: [], objects: new Uint32Array(0) };
    do {
      if (!this.#takeRow()) return null;
      let name = known[next];
      if (name === undefined || !this.#hasName(name)) {
        names ??= known.slice(0, count);
        name = this.#bytes.toString('latin1', this.#nameStart, this.#nameEnd);
        // Projects are sorted by name. If they are not, fewer names are shared.
        while ((known[next] ?? name) < name) next += 1;
      }
      if (known[next] === name) name = known[next++] ?? name;
      names?.push(name);
      if (count === objects.length) objects = larger(objects);
      objects[count] = this.#objects;
      count += 1;
    } while (this.#take(','));
    if (!this.#take(']')) return null;
    return {
      names: names ?? (count === known.length ? known : known.slice(0, count)),
      objects: objects.slice(0, count),
    };
  }

  #takeRow(): boolean {
    return (
      this.#take('{') &&
      this.#take('"name"') &&
      this.#take(':') &&
      this.#takeName() &&
      this.#take(',') &&
      this.#take('"objects"') &&
      this.#take(':') &&
      this.#takeObjects() &&
      this.#take('}')
    );
  }

  /** Moves past a token and the white space that follows it; false if there is another token. */
  #take(token: string): boolean {
    const bytes = this.#bytes;
    const at = this.end;
    for (let k = 0; k < token.length; k += 1) if (bytes[at + k] !== token.charCodeAt(k)) return false;
    this.end = skipSpace(bytes, at + token.length, bytes.length);
    return true;
  }

  #takeName(): boolean {
    const bytes = this.#bytes;
    if (bytes[this.end] !== 0x22) return false;
    const start = this.end + 1;
    let at = start;
    for (let byte = bytes[at] ?? 0; byte !== 0x22; byte = bytes[++at] ?? 0)
      if (byte <= 0x20 || byte > 0x7e || byte === 0x5c) return false;
    if (at === start || at - start > LONGEST_PROJECT_NAME) return false;
    this.#nameStart = start;
    this.#nameEnd = at;
    this.end = at;
    return this.#take('"');
  }

  #takeObjects(): boolean {
    const bytes = this.#bytes;
    const start = this.end;
    let value = 0;
    let at = start;
    for (let byte = bytes[at] ?? 0; byte >= 0x30 && byte <= 0x39; byte = bytes[++at] ?? 0)
      value = 10 * value + byte - 0x30;
    const digits = at - start;
    if (digits === 0 || digits > 9 || (digits > 1 && bytes[start] === 0x30)) return false;
    this.#objects = value;
    this.end = skipSpace(bytes, at, bytes.length);
    return true;
  }

  #hasName(name: string): boolean {
    const start = this.#nameStart;
    if (name.length !== this.#nameEnd - start) return false;
    for (let k = 0; k < name.length; k += 1) if (this.#bytes[start + k] !== name.charCodeAt(k)) return false;
    return true;
  }
}

function larger(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(Math.max(1024, 2 * numbers.length));
  copy.set(numbers);
  return copy;
}
