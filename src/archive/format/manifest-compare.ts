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
 * Where a manifest and the files disagree: a sentence each.
 *
 * @param logs number and bytes of the logs in the archive
 */
export function compareManifest(
  manifest: Manifest,
  files: readonly FoundFile[],
  logs = { files: 0, bytes: 0 },
): string[] {
  const plain = files.filter(({ typePath }) => typePath.view === '');
  const { totals, projects, resourceTypes } = manifest;
  const problems: string[] = [];
  const compare = (what: string, recorded: number, found: number) => {
    if (recorded !== found)
      problems.push(`manifest.json: ${what} is ${recorded}, but the archive has ${found}`);
  };
  compare('totals.files', totals.files, files.length + logs.files);
  compare('totals.bytes', totals.bytes, sum(files, 'bytes') + logs.bytes);
  compare('logs.files', manifest.logs?.files ?? 0, logs.files);
  compare('logs.bytes', manifest.logs?.bytes ?? 0, logs.bytes);
  compare('totals.objects', totals.objects, sum(plain, 'objects'));
  compare('totals.projects', totals.projects, projects.length);

  const byProject = group(plain, ({ typePath }) => typePath.project);
  for (const { name, objects } of projects) {
    compare(`objects of project ${name}`, objects, sum(byProject.get(name) ?? [], 'objects'));
    byProject.delete(name);
  }
  for (const name of byProject.keys()) problems.push(`manifest.json does not name the project ${name}`);

  const byType = group(plain, ({ typePath }) => typePath.type);
  for (const { name, outcome, objects } of resourceTypes) {
    const found = byType.get(name) ?? [];
    compare(`objects of type ${name}`, objects, sum(found, 'objects'));
    if (found.length > 0 && outcome !== 'exported' && outcome !== 'failed') {
      problems.push(`manifest.json: type ${name} is ${outcome}, but the archive has files of it`);
    }
    byType.delete(name);
  }
  for (const name of byType.keys()) problems.push(`manifest.json does not name the type ${name}`);

  const failed = failedTypes(manifest).length;
  if (manifest.complete !== (failed === 0)) {
    problems.push(`manifest.json: complete is ${manifest.complete}, but ${failed} types failed`);
  }
  problems.push(...compareMetadata(plain, files));
  return problems;
}

/** An archive has the metadata of all its objects or, as older ones, of none. */
function compareMetadata(plain: readonly FoundFile[], files: readonly FoundFile[]): string[] {
  const metadata = new Map(
    files.flatMap(({ typePath, names }) =>
      typePath.view === '_metadata' ? [[entryName(typePath.project, '', typePath.type), names]] : [],
    ),
  );
  if (metadata.size === 0) return [];
  const objects = new Map(
    plain.map(({ typePath, names }) => [entryName(typePath.project, '', typePath.type), names]),
  );
  return [...new Set([...objects.keys(), ...metadata.keys()])]
    .filter((name) => objects.get(name) !== metadata.get(name))
    .map((name) => `${name}: _metadata does not hold the same objects`);
}

function sum(files: readonly FoundFile[], key: 'bytes' | 'objects'): number {
  return files.reduce((total, file) => total + file[key], 0);
}

function group(
  files: readonly FoundFile[],
  keyOf: (file: FoundFile) => string | null,
): Map<string, FoundFile[]> {
  const groups = new Map<string, FoundFile[]>();
  for (const file of files) {
    const key = keyOf(file);
    if (key === null) continue;
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [file]);
    else members.push(file);
  }
  return groups;
}
