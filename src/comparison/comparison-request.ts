import type { Manifest } from '../archive/format/manifest.ts';
import type { NotComparable } from '../changes/coverage.ts';
import type { Totals } from '../changes/tally.ts';
import type { Naming } from '../volume/names.ts';

/** A new archive that is to be compared with the one before; goes as JSON to the process that does it. */
export interface ComparisonRequest {
  readonly volume: string;
  readonly naming: Naming;
  /** The path of a zip with all type files and checksums, but without a manifest. */
  readonly provided: string;
  /** The manifest that it will have. */
  readonly manifest: Manifest;
  /** Fields that do not count, as they were written: see parseIgnored. */
  readonly ignored: readonly string[];
}

/** What comparing a new archive with the one before came to. */
export type WithPrevious =
  | { readonly kind: 'first' }
  | {
      readonly kind: 'compared';
      readonly archive: string;
      readonly totals: Totals;
      /** Objects that differ and are not counted: see NotShownCount. */
      readonly notShown: number;
      readonly notComparable: readonly NotComparable[];
      /** The most memory that the process held, in bytes. */
      readonly peakMemory: number;
    }
  /** They could not be compared; that is no reason to lose the new one. */
  | { readonly kind: 'failed'; readonly reason: string; readonly hint: string | null };
