import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Manifest } from '../archive/format/manifest.ts';
import type { Totals } from '../changes/comparison.ts';
import type { NotComparable } from '../changes/coverage.ts';
import type { Ignored } from '../changes/ignored.ts';
import type { StoreOptions } from '../volume/archive-store.ts';
import type { Location } from '../volume/location.ts';
import type { Naming } from '../volume/names.ts';

/** Limits of a comparison. */
export interface ComparisonLimits {
  readonly seconds: number;
  /** For the JavaScript heap; the process needs some 50 MiB more. */
  readonly mebibytes: number;
}

/** The store of the archives before a new one. */
export interface PreviousStore {
  readonly volume: Location;
  readonly options: StoreOptions;
}

/** Far more than two archives with 80,000 differing objects need; see docs/performance.md. */
const LIMITS: ComparisonLimits = { seconds: 600, mebibytes: 96 };

/**
 * Compares an archive that is not published yet with the newest one before it.
 *
 * The comparison runs in its own process, since it must not endanger the new archive: if it
 * runs out of memory, hangs or crashes, the archive is published without it.
 *
 * @param provided the path of a zip with all type files and checksums
 * @param manifest the manifest that it will have
 * @param previous the store with the previous archives
 * @param ignored fields that are ignored
 * @throws only the signal's reason
 */
export async function compareWithPrevious(
  provided: string,
  manifest: Manifest,
  { volume, options }: PreviousStore,
  naming: Naming,
  ignored: readonly Ignored[],
  signal: AbortSignal,
  limits: ComparisonLimits = LIMITS,
): Promise<WithPrevious> {
  const { name, stamp, zone } = naming;
  const texts = ignored.map((each) => each.text);
  const request = {
    volume,
    store: options,
    naming: { name, stamp, zone },
    provided,
    manifest,
    ignored: texts,
  };
  try {
    return await answerTo(request, limits, signal);
  } catch (error) {
    signal.throwIfAborted();
    return failed(error instanceof Error ? error.message : String(error));
  }
}

async function answerTo(
  request: ComparisonRequest,
  { seconds, mebibytes }: ComparisonLimits,
  signal: AbortSignal,
): Promise<WithPrevious> {
  // In the bundle, the program is next to main.js; in the sources, it is a .ts file.
  const { url } = import.meta;
  const script = new URL(`./comparison-process${url.endsWith('.ts') ? '.ts' : '.js'}`, url);
  // Without the last flag, V8 collects late: a heap of 13 MiB holds twice as much garbage.
  const flags = [`--max-old-space-size=${mebibytes}`, '--max-semi-space-size=2', '--heap-growing-percent=20'];
  const deadline = AbortSignal.timeout(seconds * 1000);
  const child = spawn(process.execPath, [...flags, fileURLToPath(script), String(process.pid)], {
    stdio: 'pipe',
    signal: AbortSignal.any([signal, deadline]),
    killSignal: 'SIGKILL',
  });
  const closed = once(child, 'close');
  // A process that ends early does not read the request; its exit code says why.
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(request));
  let complaint: string;
  try {
    const [answer, errors] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
    if (answer !== '') return JSON.parse(answer);
    complaint = errors;
  } catch (error) {
    if (!deadline.aborted) throw error;
    return failed(`the comparison took longer than ${seconds} seconds`);
  }
  // Node then ends itself with one of several signals, and prints a message.
  if (complaint.includes('out of memory'))
    return failed(`the comparison needed more than ${mebibytes} MiB of memory`);
  return failed(`the comparison ended with ${child.signalCode ?? child.exitCode}`);
}

function failed(reason: string): WithPrevious {
  return {
    kind: 'failed',
    reason,
    hint: 'the new archive is not affected; openshift-backup diff compares the two',
  };
}

/** A new archive to compare with the previous one; sent as JSON to the comparison process. */
export interface ComparisonRequest {
  readonly volume: Location;
  readonly store: StoreOptions;
  readonly naming: Naming;
  /** The path of a zip with all type files and checksums, but without a manifest. */
  readonly provided: string;
  /** The manifest that it will have. */
  readonly manifest: Manifest;
  /** Fields that are ignored, as the user wrote them; see parseIgnored. */
  readonly ignored: readonly string[];
}

/** The result of comparing a new archive with the previous one. */
export type WithPrevious =
  | { readonly kind: 'first' }
  /** A backup has no identity that opens the one before. */
  | { readonly kind: 'sealed'; readonly archive: string }
  | {
      readonly kind: 'compared';
      readonly archive: string;
      readonly totals: Totals;
      /** Objects that differ and are not counted; see NotShownCount. */
      readonly notShown: number;
      readonly notComparable: readonly NotComparable[];
      /** Peak memory of the process without its program text, in bytes. */
      readonly peakMemory: number;
    }
  /** The archives could not be compared, which does not affect the new one. */
  | { readonly kind: 'failed'; readonly reason: string; readonly hint: string | null };
