import type { Outcome } from '../../types/resource-type.ts';

/** `manifest.json` of format version 1; docs/manifest.schema.json says the same to machines. */
export interface Manifest {
  readonly formatVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly cluster: { readonly server: string; readonly version: string; readonly uid: string | null };
  readonly identity: { readonly user: string; readonly groups: readonly string[] };
  /** The time of the archive, by which archives are ordered and their age is told. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** No resource type failed. */
  readonly complete: boolean;
  /** Those options that narrowed the scope or the counts, by flag. */
  readonly options: Readonly<Record<string, string | boolean | readonly string[]>>;
  /** `files` and `bytes` count all files but manifest.json and SHA256SUMS; bytes are uncompressed. */
  readonly totals: {
    readonly projects: number;
    readonly objects: number;
    readonly files: number;
    readonly bytes: number;
  };
  readonly projects: ReadonlyArray<{ readonly name: string; readonly objects: number }>;
  readonly resourceTypes: readonly ManifestType[];
  /** Projects that were known, but in which types could not be listed that could be in others. */
  readonly deniedIn?: readonly ManifestDenial[];
  /** Compared with the archive before; null where nothing was there to compare with. */
  readonly previous: ManifestPrevious | null;
}

/** Types that were listed by project, and the projects in which they were denied. */
export interface ManifestDenial {
  readonly projects: readonly string[];
  readonly resourceTypes: readonly string[];
}

/** How many objects are not as they were in the archive before, told as `diff` does. */
export interface ManifestPrevious {
  /** Its file name. */
  readonly archive: string;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Number of projects in which there was any; null where the archive does not tell. */
  readonly projects: number | null;
  /** Objects that are not the same either, but change by themselves; missing where the archive does not tell. */
  readonly notShown?: number;
}

export interface ManifestType {
  readonly name: string;
  readonly apiVersion: string;
  /** Empty where a whole API group failed and its types cannot be named. */
  readonly kind: string;
  readonly namespaced: boolean;
  readonly outcome: Outcome;
  /** How it was listed; null where it was not. */
  readonly scope: 'cluster' | 'projects' | null;
  readonly reason: string | null;
  readonly objects: number;
  /** Of the list; null where it was listed per project or not at all. */
  readonly resourceVersion: string | null;
}

export const MANIFEST_FILE = 'manifest.json';
export const CHECKSUMS_FILE = 'SHA256SUMS';
