import { entryName, type TypePath } from '../../types/archive-paths.ts';
import type { Manifest, ManifestType } from './manifest.ts';

/** A type file that was found in an archive. */
export interface FoundFile {
  readonly typePath: TypePath;
  /** Uncompressed. */
  readonly bytes: number;
  readonly objects: number;
  /** A hash of the names of the objects, in order. */
  readonly names: string;
}

/** The types that make an archive incomplete. */
export function failedTypes(manifest: Manifest): readonly ManifestType[] {
  return manifest.resourceTypes.filter(({ outcome }) => outcome === 'failed');
}

/**
 * Adds up the files of an archive, and compares them with its manifest. Only sums are kept, and what waits for its
 * counterpart: an archive may have some hundred thousand files.
 */
export class FoundFiles {
  readonly #all = { files: 0, bytes: 0, objects: 0 };
  readonly #logs = { files: 0, bytes: 0 };
  /** Numbers of objects. */
  readonly #byProject = new Map<string, number>();
  readonly #byType = new Map<string, number>();
  /** Hashes of names by the name of the type file, of files without a counterpart so far. */
  readonly #unpaired = { objects: new Map<string, string>(), metadata: new Map<string, string>() };
  /** Names of type files whose metadata is of other objects. */
  readonly #unequal: string[] = [];
  #hasMetadata = false;

  add({ typePath: { project, view, type }, bytes, objects, names }: FoundFile): void {
    this.#all.files += 1;
    this.#all.bytes += bytes;
    if (view === '') {
      this.#all.objects += objects;
      if (project !== null) increase(this.#byProject, project, objects);
      increase(this.#byType, type, objects);
      this.#pair('objects', 'metadata', entryName(project, '', type), names);
    } else if (view === '_metadata') {
      this.#hasMetadata = true;
      this.#pair('metadata', 'objects', entryName(project, '', type), names);
    }
  }

  addLog(bytes: number): void {
    this.#logs.files += 1;
    this.#logs.bytes += bytes;
  }

  /** Where the manifest and the files disagree: a sentence each. */
  compare(manifest: Manifest): string[] {
    const { totals, projects, resourceTypes } = manifest;
    const problems: string[] = [];
    const compare = (what: string, recorded: number, found: number) => {
      if (recorded !== found)
        problems.push(`manifest.json: ${what} is ${recorded}, but the archive has ${found}`);
    };
    compare('totals.files', totals.files, this.#all.files + this.#logs.files);
    compare('totals.bytes', totals.bytes, this.#all.bytes + this.#logs.bytes);
    compare('logs.files', manifest.logs?.files ?? 0, this.#logs.files);
    compare('logs.bytes', manifest.logs?.bytes ?? 0, this.#logs.bytes);
    compare('totals.objects', totals.objects, this.#all.objects);
    compare('totals.projects', totals.projects, projects.length);

    const unnamedProjects = new Set(this.#byProject.keys());
    for (const { name, objects } of projects) {
      // A name that occurs again has no files left.
      const found = unnamedProjects.delete(name) ? this.#byProject.get(name) : undefined;
      compare(`objects of project ${name}`, objects, found ?? 0);
    }
    for (const name of unnamedProjects) problems.push(`manifest.json does not name the project ${name}`);

    const unnamedTypes = new Set(this.#byType.keys());
    for (const { name, outcome, objects } of resourceTypes) {
      const found = unnamedTypes.delete(name) ? this.#byType.get(name) : undefined;
      compare(`objects of type ${name}`, objects, found ?? 0);
      if (found !== undefined && outcome !== 'exported' && outcome !== 'failed')
        problems.push(`manifest.json: type ${name} is ${outcome}, but the archive has files of it`);
    }
    for (const name of unnamedTypes) problems.push(`manifest.json does not name the type ${name}`);

    const failed = failedTypes(manifest).length;
    if (manifest.complete !== (failed === 0))
      problems.push(`manifest.json: complete is ${manifest.complete}, but ${failed} types failed`);
    problems.push(...this.#metadataProblems());
    return problems;
  }

  #pair(kind: 'objects' | 'metadata', other: 'objects' | 'metadata', name: string, names: string): void {
    const counterpart = this.#unpaired[other].get(name);
    if (counterpart === undefined) this.#unpaired[kind].set(name, names);
    else {
      this.#unpaired[other].delete(name);
      if (counterpart !== names) this.#unequal.push(name);
    }
  }

  /** An archive has the metadata of all its objects or, as older ones, of none. */
  #metadataProblems(): string[] {
    if (!this.#hasMetadata) return [];
    const { objects, metadata } = this.#unpaired;
    return [...this.#unequal, ...objects.keys(), ...metadata.keys()]
      .sort()
      .map((name) => `${name}: _metadata does not hold the same objects`);
  }
}

function increase(sums: Map<string, number>, key: string, objects: number): void {
  sums.set(key, (sums.get(key) ?? 0) + objects);
}
