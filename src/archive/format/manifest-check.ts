import { parseJson } from '../../json/parse-json.ts';
import type { Outcome } from '../../types/resource-type.ts';
import { checkSelector } from '../../types/selector.ts';
import { checkGlobs } from '../../words/glob.ts';
import { FieldMistake, Fields } from './fields.ts';
import type { Manifest, ManifestDenial, ManifestPrevious, ManifestType } from './manifest.ts';

/** A manifest, or a sentence with the path of the first thing that is wrong. */
export type ParsedManifest =
  | { readonly kind: 'manifest'; readonly manifest: Manifest }
  | { readonly kind: 'invalid'; readonly reason: string };

const OUTCOMES = ['exported', 'empty', 'denied', 'excluded', 'failed'] as const satisfies readonly Outcome[];

/** Options whose values are patterns of names. */
const GLOBS: ReadonlySet<string> = new Set([
  'project',
  'exclude-project',
  'resource',
  'exclude-resource',
  'include',
]);
const LONGEST_NAME = 253;

/**
 * Checks every field of a manifest.json. Fields that this version does not know
 * are passed over: version 1 may gain some.
 */
export function parseManifest(bytes: Uint8Array): ParsedManifest {
  const parsed = parseJson(bytes);
  if (parsed.kind === 'invalid') return parsed;
  try {
    return { kind: 'manifest', manifest: readFields(new Fields(parsed.value, '')) };
  } catch (error) {
    if (error instanceof FieldMistake) return { kind: 'invalid', reason: error.message };
    throw error;
  }
}

function readFields(fields: Fields): Manifest {
  const version = fields.value('formatVersion');
  if (typeof version === 'number' && version > 1) {
    throw new FieldMistake(`format version ${version} is newer than this program, which reads version 1`);
  }
  const formatVersion = fields.oneOf('formatVersion', [1]);
  const [tool, cluster] = [fields.object('tool'), fields.object('cluster')];
  const [identity, totals] = [fields.object('identity'), fields.object('totals')];
  return {
    formatVersion,
    tool: { name: tool.text('name'), version: tool.text('version') },
    cluster: {
      server: cluster.text('server'),
      version: cluster.text('version'),
      uid: cluster.textOrNull('uid'),
    },
    identity: { user: identity.text('user'), groups: identity.texts('groups') },
    startedAt: fields.time('startedAt'),
    finishedAt: fields.time('finishedAt'),
    complete: fields.flag('complete'),
    options: readOptions(fields.object('options')),
    totals: {
      projects: totals.count('projects'),
      objects: totals.count('objects'),
      files: totals.count('files'),
      bytes: totals.count('bytes'),
    },
    projects: fields.list('projects', (project) => ({
      name: projectName(project),
      objects: project.count('objects'),
    })),
    resourceTypes: fields.list('resourceTypes', readType),
    ...(fields.value('deniedIn') === undefined ? {} : { deniedIn: fields.list('deniedIn', readDenial) }),
    previous: fields.value('previous') === null ? null : readPrevious(fields.object('previous')),
  };
}

function readOptions(fields: Fields): Manifest['options'] {
  return Object.fromEntries(fields.keys().map((key) => [key, readOption(fields, key)]));
}

/** A pattern is held against every project of a comparison, so it is checked like one on the command line. */
function readOption(fields: Fields, key: string): string | boolean | readonly string[] {
  const value = fields.value(key);
  if (typeof value === 'boolean') return value;
  const texts = Array.isArray(value) ? fields.texts(key) : [fields.text(key)];
  const [mistake] = GLOBS.has(key)
    ? checkGlobs(texts)
    : key === 'selector'
      ? texts.flatMap(selectorMistake)
      : [];
  if (mistake !== undefined) throw new FieldMistake(`options.${key}: ${mistake}`);
  return Array.isArray(value) ? texts : fields.text(key);
}

function selectorMistake(selector: string): string[] {
  try {
    checkSelector(selector);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function projectName(project: Fields): string {
  const name = project.text('name');
  if (name === '' || name.length > LONGEST_NAME)
    throw new FieldMistake(
      `a project's name has ${name.length} characters; 1 to ${LONGEST_NAME} are possible`,
    );
  return name;
}

function readType(fields: Fields): ManifestType {
  return {
    name: fields.text('name'),
    apiVersion: fields.text('apiVersion'),
    kind: fields.text('kind'),
    namespaced: fields.flag('namespaced'),
    outcome: fields.oneOf('outcome', OUTCOMES),
    scope: fields.oneOf('scope', ['cluster', 'projects', null]),
    reason: fields.textOrNull('reason'),
    objects: fields.count('objects'),
    resourceVersion: fields.textOrNull('resourceVersion'),
  };
}

function readDenial(fields: Fields): ManifestDenial {
  return { projects: fields.texts('projects'), resourceTypes: fields.texts('resourceTypes') };
}

function readPrevious(fields: Fields): ManifestPrevious {
  return {
    archive: fields.text('archive'),
    added: fields.count('added'),
    changed: fields.count('changed'),
    removed: fields.count('removed'),
    projects: fields.value('projects') === undefined ? null : fields.count('projects'),
    ...(fields.value('notShown') === undefined ? {} : { notShown: fields.count('notShown') }),
  };
}
