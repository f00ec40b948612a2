import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../disk/system-error.ts';
import { type SealedFile, sealFile } from '../seal/sealed-file.ts';
import type { LocalArchive } from './copy-plan.ts';
import { factsOf } from './facts.ts';

/** Seals an archive for all places of a run: once, when the first of them needs it. */
export class SharedSeal {
  readonly #directory: string;
  readonly #archive: LocalArchive;
  readonly #recipients: readonly string[];
  #sealed: SealedFile | null = null;

  /** @param recipients at least one, as checkRecipients accepts them */
  constructor(directory: string, archive: LocalArchive, recipients: readonly string[]) {
    this.#directory = directory;
    this.#archive = archive;
    this.#recipients = recipients;
  }

  /** Throws as sealFile does. */
  async file(signal: AbortSignal): Promise<SealedFile> {
    const path = join(this.#directory, this.#archive.file);
    this.#sealed ??= await sealFile(path, this.#recipients, signal, factsOf(this.#archive, null));
    return this.#sealed;
  }

  /**
   * Whether the sealed file was removed: by another job that used it, too, and was faster. It is then forgotten, and `file`
   * makes a new one.
   */
  isGone(): boolean {
    if (this.#sealed === null || existsSync(this.#sealed.path)) return false;
    this.#sealed = null;
    return true;
  }

  /** Removes the sealed file, if there is one. If this fails, a later run removes it (sweepSealed), or says why it cannot. */
  async discard(): Promise<void> {
    try {
      await this.#sealed?.discard();
    } catch (error) {
      if (systemCode(error) === null) throw error;
    }
    this.#sealed = null;
  }
}
