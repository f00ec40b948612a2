import { extractProject } from '../archive/extract.ts';
import { parseAddress } from '../archive/places.ts';
import { ArchiveReader } from '../archive/reader.ts';
import { resolveArchive } from '../archive/reference.ts';
import type { Ending } from '../exit.ts';
import { extractedJson, extractedText } from '../output/extracted.ts';
import { Failure } from '../snapshot/failure.ts';
import type { Context } from './context.ts';
import { printDocument } from './print-document.ts';

const USAGE = 'openshift-backup extract ARCHIVE PROJECT --to DIR; cluster-scoped types are _cluster';

/**
 * Writes the files of a project to a directory, Secrets with their real data.
 * `-o json` is what extractedJson documents.
 */
export async function extract(context: Context): Promise<Ending> {
  const { config, print, signal } = context;
  const [reference, what, ...more] = config.args;
  const address = what === undefined ? null : parseAddress(what);
  if (reference === undefined || address === null || more.length > 0) {
    throw new Failure('extract needs an ARCHIVE and a PROJECT', USAGE, 'usage');
  }
  if (address.type !== null || address.view !== '') {
    throw new Failure(`extract takes a whole PROJECT, but got ${what}`, USAGE, 'usage');
  }
  if (config.to === null) throw new Failure('extract needs --to DIR', USAGE, 'usage');
  const { file, path } = await resolveArchive(config.volume, config, reference);
  const archive = await ArchiveReader.open(path);
  try {
    const files = await extractProject(archive, address.project, config.to, signal);
    const extracted = { archive: file, project: address.project, directory: config.to, files };
    if (config.output === 'text') print(extractedText(extracted));
    else printDocument(context, extractedJson(extracted));
  } finally {
    archive.close();
  }
  return 'done';
}
