import { projectFiles, readParts } from '../archive/reading/contents.ts';
import { type LogFile, logFiles } from '../archive/reading/logs.ts';
import type { ArchiveReader } from '../archive/reading/reader.ts';
import type { Config } from '../config.ts';
import { size } from '../output/print/units.ts';
import { type Address, CLUSTER, LOGS, parseAddress } from '../types/archive-paths.ts';
import { readHead } from '../types/identity.ts';
import { typesOf } from '../types/type-words.ts';
import { latestFirst } from '../volume/catalogue.ts';
import { stampAndRun } from '../volume/names.ts';
import { type Archives, openArchives, resolveArchive } from '../volume/reference.ts';
import type { Candidate } from './expected.ts';

/** The archives on the volume: by stamp, or by file name if the typed word begins one. */
export async function archiveCandidates(config: Config, current: string): Promise<Candidate[]> {
  const archives = await openedArchives(config);
  const rows = latestFirst(await archives.catalogue(), archives.now);
  const byFile = current.startsWith(config.name);
  const named = rows.map(({ archive: { file }, time }) => ({
    word: byFile ? file : stampAndRun(config, file),
    meaning: time.toISOString(),
  }));
  const relative = rows
    .slice(0, 2)
    .map(({ archive: { file } }, at) => ({ word: at === 0 ? 'latest' : 'previous', meaning: file }));
  return byFile ? named : [...relative, ...named];
}

/** Projects of an archive, `_cluster` for the cluster-scoped types among them. */
export async function projectCandidates(config: Config, reference: string): Promise<Candidate[]> {
  return await inArchive(config, reference, async (archive) => {
    const { projects, resourceTypes } = await archive.manifest();
    const cluster = resourceTypes.some(({ namespaced, objects }) => !namespaced && objects > 0);
    return [
      ...(cluster ? [{ word: CLUSTER, meaning: 'cluster-scoped types' }] : []),
      ...projects.map(({ name, objects }) => ({ word: name, meaning: `${objects} objects` })),
    ];
  });
}

/** Resource types in the latest archive. */
export async function resourceCandidates(config: Config): Promise<Candidate[]> {
  return await inArchive(config, 'latest', async (archive) =>
    (await archive.manifest()).resourceTypes.map(({ name, kind }) => ({ word: name, meaning: kind })),
  );
}

/**
 * Types of `PROJECT/`, objects of `PROJECT/TYPE/`.
 *
 * @param withLogs adds `_logs` to the types, pods of `PROJECT/_logs/`, and containers of `PROJECT/_logs/POD/`
 */
export async function addressCandidates(
  config: Config,
  reference: string,
  current: string,
  withLogs: boolean,
): Promise<Candidate[]> {
  const head = current.slice(0, current.lastIndexOf('/') + 1);
  const address = parseAddress(head);
  if (address === null) return [];
  return await inArchive(config, reference, async (archive) => {
    const found = await candidatesIn(archive, address, withLogs);
    return found.map(({ word, meaning }) => ({ word: `${head}${word}`, meaning }));
  });
}

async function candidatesIn(
  archive: ArchiveReader,
  address: Address,
  withLogs: boolean,
): Promise<Candidate[]> {
  const { project, view, type, name } = address;
  const isLogs = withLogs && project !== null && (type === null || type === LOGS);
  const logs = isLogs ? await logFiles(archive, project) : [];
  if (type === null) {
    const folder = view === '' && logs.length > 0 ? [{ word: LOGS, meaning: 'logs of pods' }] : [];
    return [...folder, ...(await typesIn(archive, address))];
  }
  if (type !== LOGS) return await namesIn(archive, address, type);
  return name === null ? podsOf(logs) : containersOf(logs, name);
}

function podsOf(logs: readonly LogFile[]): Candidate[] {
  return [...new Set(logs.map(({ logPath }) => logPath.pod))].map((word) => ({ word, meaning: '' }));
}

function containersOf(logs: readonly LogFile[], name: string): Candidate[] {
  return logs
    .filter(({ logPath: { pod } }) => pod === name)
    .map(({ logPath: { container, previous }, entry }) => ({
      word: previous ? `${container}.previous` : container,
      meaning: size(entry.bytes),
    }));
}

async function typesIn(archive: ArchiveReader, { project, view }: Address): Promise<Candidate[]> {
  const files = await projectFiles(archive, await archive.manifest(), project);
  return files
    .filter(({ typePath }) => typePath.view === view)
    .map(({ typePath }) => ({ word: typePath.type, meaning: '' }));
}

async function namesIn(
  archive: ArchiveReader,
  { project, view }: Address,
  type: string,
): Promise<Candidate[]> {
  const manifest = await archive.manifest();
  const files = await projectFiles(archive, manifest, project);
  const [row] = typesOf(type, manifest.resourceTypes);
  const file = files.find(({ typePath }) => typePath.view === view && typePath.type === (row?.name ?? type));
  if (file === undefined) return [];
  const names: Candidate[] = [];
  for await (const { kind, bytes } of readParts(archive, file.entry)) {
    const head = kind === 'item' ? readHead(bytes, '') : '';
    if (typeof head !== 'string') names.push({ word: head.name, meaning: '' });
  }
  return names;
}

async function inArchive(
  config: Config,
  reference: string,
  read: (archive: ArchiveReader) => Promise<Candidate[]>,
): Promise<Candidate[]> {
  const archive = await (await resolveArchive(await openedArchives(config), reference)).open();
  try {
    return await read(archive);
  } finally {
    archive.close();
  }
}

/** The process ends by itself if they take too long. */
async function openedArchives(config: Config): Promise<Archives> {
  return await openArchives(config, new Date(), new AbortController().signal);
}
