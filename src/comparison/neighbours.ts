import { readParts } from '../archive/reading/contents.ts';
import type { ArchiveEntry } from '../archive/reading/entries.ts';
import type { ArchiveReader } from '../archive/reading/reader.ts';
import { type Bounds, SCALERS, scaledBy } from '../changes/scaling.ts';
import { memberOf, membersOf } from '../json/members.ts';
import { parseValue } from '../json/parse-value.ts';
import { OPEN_OBJECT, skipSpace } from '../json/scan.ts';
import { entryName } from '../types/archive-paths.ts';
import { readHead } from '../types/identity.ts';

/** Larger objects are not autoscalers or Services. */
const LARGEST = 1024 * 1024;

interface Known<T> {
  readonly project: string;
  readonly found: Promise<T>;
}

/**
 * Information about a changed object from other objects of its project. It is read on demand,
 * once per project, since a comparison proceeds project by project.
 */
export class Neighbours {
  readonly #archive: ArchiveReader;
  readonly #find: (name: string) => Promise<ArchiveEntry | null>;
  #services: Known<ReadonlySet<string>> | null = null;
  #scaled: Known<ReadonlyMap<string, Bounds>> | null = null;

  /** @param find looks up an entry; by default in the directory of the archive */
  constructor(archive: ArchiveReader, find = (name: string) => archive.find(name)) {
    this.#archive = archive;
    this.#find = find;
  }

  /** Names of the Services in a project that have a selector. Throws Damage, Unreadable. */
  services(project: string): Promise<ReadonlySet<string>> {
    if (this.#services?.project !== project) this.#services = { project, found: this.#readServices(project) };
    return this.#services.found;
  }

  /** What the autoscalers of a project scale, as `kind/name`, and their limits. Throws as services. */
  scaled(project: string): Promise<ReadonlyMap<string, Bounds>> {
    if (this.#scaled?.project !== project) this.#scaled = { project, found: this.#readScaled(project) };
    return this.#scaled.found;
  }

  async #readServices(project: string): Promise<ReadonlySet<string>> {
    const names = new Set<string>();
    for await (const bytes of this.#items(project, 'services')) {
      const head = readHead(bytes, 'an object');
      if (typeof head !== 'string' && hasSelector(bytes)) names.add(head.name);
    }
    return names;
  }

  async #readScaled(project: string): Promise<ReadonlyMap<string, Bounds>> {
    const targets = new Map<string, Bounds>();
    for (const row of SCALERS) {
      for await (const bytes of this.#items(project, row.type)) {
        const scaled = typeof readHead(bytes, '') === 'string' ? null : scaledBy(row, parseValue(bytes));
        if (scaled !== null) targets.set(scaled.target, scaled.bounds);
      }
    }
    return targets;
  }

  async *#items(project: string, type: string): AsyncGenerator<Buffer> {
    const entry = await this.#find(entryName(project, '', type));
    if (entry === null) return;
    for await (const { kind, bytes } of readParts(this.#archive, entry))
      if (kind === 'item' && bytes.length <= LARGEST) yield bytes;
  }
}

function hasSelector(service: Buffer): boolean {
  const spec = memberOf(service, skipSpace(service, 0, service.length), 'spec');
  const selector = spec === null ? null : memberOf(service, spec, 'selector');
  if (selector === null || service[selector] !== OPEN_OBJECT) return false;
  return membersOf(service, selector).next().done !== true;
}
