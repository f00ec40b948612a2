import { SideFile } from '../archive/reading/joined-parts.ts';
import { entryName } from '../types/archive-paths.ts';
import type { Side } from './side.ts';

/**
 * The file of a type under `_metadata/` in one archive. It is opened when the first item is needed. Methods throw
 * Damage, Unreadable.
 */
export class MetadataFile {
  readonly #side: Side;
  readonly #project: string | null;
  readonly #type: string;
  /** Null if the archive has none. */
  #file: SideFile | null | undefined;

  constructor(side: Side, project: string | null, type: string) {
    this.#side = side;
    this.#project = project;
    this.#type = type;
  }

  /** The item of an object, a valid document; null if there is none. Names must be passed in their order. */
  async find(name: string): Promise<Buffer | null> {
    if (this.#file === undefined) this.#file = await this.#open();
    return (await this.#file?.find(name)) ?? null;
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  async #open(): Promise<SideFile | null> {
    const entry = await this.#side.find(entryName(this.#project, '_metadata', this.#type));
    if (entry === null) return null;
    const typePath = { project: this.#project, view: '', type: this.#type } as const;
    return new SideFile(this.#side.archive, { typePath, entry });
  }
}
