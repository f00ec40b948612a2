import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { ZipArchive } from 'archiver';
import type { TypeFile } from './contents.ts';
import { type ExtractedFile, extractedPath, FILE_MODE } from './extract.ts';
import type { ArchiveReader } from './reader.ts';

/** As the archives themselves: the next levels save little and cost more than the rest. */
const LEVEL = 1;
/** From here on a size does not fit into a record of four bytes. */
const ZIP64 = 0xffff_ffff;

/**
 * A zip of the files of a project, with the paths that extractProject gives them, as it
 * comes into being: nothing is gathered, on disk or in memory. The directory of a zip
 * stands at its end, so that a zip that breaks off is none for whoever reads it.
 *
 * @param time that the entries get
 * @param take writes some bytes; the next are made when its promise is kept
 * @throws Damage or Unreadable, what `take` throws, the signal's reason; then the end is missing
 */
export async function writeProjectZip(
  archive: ArchiveReader,
  files: readonly TypeFile[],
  time: Date,
  take: (bytes: Uint8Array) => Promise<void>,
  signal: AbortSignal,
): Promise<ExtractedFile[]> {
  // Other commands have no use for it.
  const { ZipArchive } = await import('archiver');
  const forceZip64 = files.some(({ entry }) => entry.bytes >= ZIP64);
  const zip = new ZipArchive({ forceUTC: true, forceZip64, zlib: { level: LEVEL } });
  const written = async () => {
    for await (const piece of zip) {
      signal.throwIfAborted();
      await take(piece);
    }
  };
  await Promise.all([feed(zip, archive, files, time), written()]);
  return files.map((file) => ({ file: extractedPath(file), bytes: file.entry.bytes }));
}

/** Appends file after file; one that cannot be read ends the zip with its error. */
async function feed(
  zip: ZipArchive,
  archive: ArchiveReader,
  files: readonly TypeFile[],
  date: Date,
): Promise<void> {
  for (const file of files) {
    const source = Readable.from(archive.stream(file.entry), { objectMode: false });
    source.on('error', (error) => zip.destroy(error));
    const taken = once(zip, 'entry');
    zip.append(source, { name: extractedPath(file), mode: FILE_MODE, date });
    await taken;
  }
  await zip.finalize();
}
