import { unlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openNameless } from '../../disk/file-name.ts';
import { volumeFailure } from '../../disk/system-error.ts';
import type { Naming } from '../../volume/names.ts';
import { publishPartial, reservePartial } from './publish.ts';
import { type Batch, Batches, type BatchSource, Sink } from './sink.ts';
import type { FromThread, Parts, ThreadData, ToThread } from './zip-thread.ts';

/** Interval for touching the partial file, so that other runs do not sweep it (see sweepPartials). */
const HEARTBEAT = 30_000;

/** A published archive. */
export interface Published {
  readonly archive: string;
  readonly file: string;
  /** Size of the file. */
  readonly bytes: number;
}

/** The file to which an archive is written, and how it gets its name. */
interface Destination {
  readonly directory: string;
  /** The file to write. */
  readonly path: string;
  /** Begins the paths of files for what exceeds memory. */
  readonly spill: string;
  /** Gives the archive its name. */
  publish(): { readonly archive: string; readonly file: string };
  remove(): void;
}

function onVolume(volume: string, naming: Naming, time: Date): Destination {
  const reserved = reservePartial(volume, naming, time);
  const { partial } = reserved;
  return {
    directory: volume,
    path: partial,
    spill: partial,
    publish: () => {
      const archive = publishPartial(reserved, naming, time);
      return { archive, file: join(volume, archive) };
    },
    remove: () => unlinkSync(partial),
  };
}

function withoutName(directory: string): Destination {
  const { path, close } = openNameless(directory);
  return {
    directory,
    path,
    spill: join(directory, 'part'),
    publish: () => ({ archive: 'live', file: path }),
    remove: close,
  };
}

/**
 * An archive that is being written: a partial file and the thread that fills it. The files of a
 * group (everything from one list) can be withdrawn until the archive is published. Every
 * method may throw a Failure with the error of the volume.
 */
export class ArchiveWriter implements BatchSource {
  readonly #destination: Destination;
  readonly #thread: Worker;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #batches: Batches;
  #answered: ((message: FromThread) => void) | null = null;
  #refused: ((error: Error) => void) | null = null;
  #failure: Error | null = null;
  #sinks = 0;

  private constructor(destination: Destination, time: Date, openSinks: number) {
    this.#destination = destination;
    // One for each sink that may be open, and some in transit.
    this.#batches = new Batches(openSinks + 6, (message) => this.#post(message));
    const data: ThreadData = { path: destination.path, spill: destination.spill, time: time.getTime() };
    // In the bundle, the thread is next to main.js; in the sources, it is a .ts file.
    const script = new URL(`./zip-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
    this.#thread = new Worker(script, { workerData: data, resourceLimits: { maxYoungGenerationSizeMb: 2 } });
    this.#thread.on('message', (message: FromThread) => this.#receive(message));
    this.#thread.on('error', (error) =>
      this.#fail(volumeFailure(error, 'write the archive', destination.directory)),
    );
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT).unref();
  }

  /** Reserves a name and begins to write; `openSinks` is how many sinks may be open at once. */
  static begin(volume: string, naming: Naming, time: Date, openSinks: number): ArchiveWriter {
    try {
      return new ArchiveWriter(onVolume(volume, naming, time), time, openSinks);
    } catch (error) {
      throw volumeFailure(error, 'write an archive', volume);
    }
  }

  /**
   * Begins an archive that never has a name: publish() gives a path by which this process
   * alone can read it, until abort() is called or the process ends.
   *
   * @param directory that only this user may enter
   */
  static beginNameless(directory: string, time: Date, openSinks: number): ArchiveWriter {
    try {
      return new ArchiveWriter(withoutName(directory), time, openSinks);
    } catch (error) {
      throw volumeFailure(error, 'write an archive', directory);
    }
  }

  /** A sink whose files belong to `group`, a number from 0 on. */
  openSink(group: number): Promise<Sink> {
    return Sink.open(this.#sinks++, group, this);
  }

  take(): Promise<Batch> {
    return this.#failure === null ? this.#batches.take() : Promise.reject(this.#failure);
  }

  takeLarge(bytes: number): Batch {
    return this.#batches.takeLarge(bytes);
  }

  giveBack(batch: Batch): void {
    this.#batches.giveBack(batch);
  }

  send(sink: number, group: number, batch: Batch, parts: Parts): void {
    this.#batches.sent(batch);
    this.#post({ kind: 'batch', sink, group, buffer: batch.id, parts });
  }

  /** Withdraws everything that was written for a group, including files that are not complete. */
  withdraw(group: number, sinks: readonly Sink[]): void {
    this.#post({ kind: 'withdraw', group, sinks: sinks.map((sink) => sink.id) });
    for (const sink of sinks) sink.discard();
  }

  /**
   * Makes the partial a zip with checksums, though without a manifest, so that it can be
   * compared before it is published. It is good until publish() is called.
   *
   * @returns its path
   */
  async provide(): Promise<string> {
    const answer = await this.#ask({ kind: 'provide' });
    if (answer.kind !== 'provided') throw new Error(`the zip thread answered ${answer.kind}`);
    return this.#destination.path;
  }

  /** Adds the manifest and the checksums, syncs, and gives the archive its final name. */
  async publish(manifest: Uint8Array): Promise<Published> {
    const answer = await this.#ask({ kind: 'finish', manifest });
    if (answer.kind !== 'finished') throw new Error(`the zip thread answered ${answer.kind}`);
    await this.#end();
    try {
      return { ...this.#destination.publish(), bytes: answer.bytes };
    } catch (error) {
      this.#remove();
      throw volumeFailure(error, 'publish the archive', this.#destination.directory);
    }
  }

  /** Ends the thread and removes what was written. Never throws, since it is called after a failure. */
  async abort(): Promise<void> {
    await this.#end();
    this.#remove();
  }

  async #end(): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.#thread.terminate();
  }

  #remove(): void {
    try {
      this.#destination.remove();
    } catch {
      // The file or the volume does not exist any more; a later run sweeps what is left.
    }
  }

  #beat(): void {
    try {
      utimesSync(this.#destination.path, new Date(), new Date());
    } catch {
      // The next write will report the error of the volume.
    }
  }

  #post(message: ToThread): void {
    if (this.#failure !== null) throw this.#failure;
    this.#thread.postMessage(message);
  }

  #ask(message: ToThread): Promise<FromThread> {
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#refused = reject;
      this.#post(message);
    });
  }

  #receive(message: FromThread): void {
    if (message.kind === 'returned') {
      // After a failure, nothing is sent to the thread, so its buffers do not matter.
      if (this.#failure === null) this.#batches.returned(message.buffer);
    } else if (message.kind === 'broken') {
      const error = Object.assign(new Error(message.message), { code: message.code });
      this.#fail(volumeFailure(error, 'write the archive', this.#destination.directory));
    } else this.#answered?.(message);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#batches.fail(this.#failure);
    this.#refused?.(this.#failure);
  }
}
