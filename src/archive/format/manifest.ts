import * as v from 'valibot';
import { parseJson } from '../../json/parse-json.ts';
import { checkSelector } from '../../types/selector.ts';
import { checkGlobs } from '../../words/glob.ts';

/*
 * manifest.json of format version 1, described once: the type, the check with its messages, and
 * docs/manifest.schema.json (npm run readme) come from this description. A message follows the
 * path of the field: `projects[3].objects is not a whole number from 0`.
 */

const text = v.string('is not a string');
const flag = v.boolean('is not true or false');
const texts = v.array(text, 'is not an array');
const textOrNull = v.nullable(text);

const NOT_COUNT = 'is not a whole number from 0';
const count = v.pipe(
  v.number(NOT_COUNT),
  v.integer(NOT_COUNT),
  v.minValue(0, NOT_COUNT),
  v.maxValue(Number.MAX_SAFE_INTEGER, NOT_COUNT),
);

const NOT_TIME = 'is not a time in UTC (2026-09-11T00:15:00.000Z)';
const time = v.pipe(
  v.string(NOT_TIME),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/, NOT_TIME),
  v.check(isOnCalendar, NOT_TIME),
  v.description('ISO 8601 with date and time, in UTC.'),
);

const NOT_OBJECT = 'is not an object';
const objectOf = <const T extends v.ObjectEntries>(entries: T) => v.object(entries, NOT_OBJECT);
const listOf = <const T extends v.GenericSchema>(item: T) => v.array(item, 'is not an array');
const described = <const T extends v.GenericSchema>(schema: T, description: string) =>
  v.pipe(schema, v.description(description));
const oneOf = <const T extends readonly string[]>(choices: T) =>
  v.picklist(choices, `is not one of ${choices.map((each) => `"${each}"`).join(', ')}`);

/** As it is written; so that no list of projects is read for nothing. */
function isOncePerType(rows: ReadonlyArray<{ readonly resourceTypes: readonly string[] }>): boolean {
  const types = rows.flatMap(({ resourceTypes }) => resourceTypes);
  return rows.every(({ resourceTypes }) => resourceTypes.length > 0) && new Set(types).size === types.length;
}

/** Characters of the name of a project: it can be no longer than that of any object. */
export const LONGEST_PROJECT_NAME = 253;

const projectName = v.pipe(
  text,
  v.minLength(1, 'is empty'),
  v.maxLength(
    LONGEST_PROJECT_NAME,
    ({ received }) => `has ${received} characters; a project's name has 253 at most`,
  ),
);

const note = v.pipe(
  text,
  v.maxLength(1000, ({ received }) => `has ${received} characters; 1000 are possible`),
);

const resourceType = objectOf({
  name: described(
    text,
    'As kubectl names it: deployments.apps; *.GROUP for a group whose types cannot be named.',
  ),
  apiVersion: text,
  kind: described(text, 'Empty if a whole API group failed and its types cannot be named.'),
  namespaced: flag,
  outcome: oneOf(['exported', 'empty', 'denied', 'excluded', 'failed']),
  scope: described(v.nullable(oneOf(['cluster', 'projects'])), 'How it was listed; null if it was not.'),
  reason: described(textOrNull, 'Why it was not exported, or what failed.'),
  objects: count,
  resourceVersion: described(textOrNull, 'Of the list; null if it was listed per project or not at all.'),
  dependenciesOnly: described(
    v.exactOptional(flag),
    'Of a backup of some projects: it has only those of these cluster-scoped objects that the projects depend on.',
  ),
});

/** An option's value; patterns and selectors are checked as on a command line, since commands use them. */
const option = v.union([text, flag, texts], 'is not a string, true or false, or an array of strings');
const options = v.record(v.string(), option, NOT_OBJECT);

const previous = v.pipe(
  objectOf({
    archive: described(text, 'Its file name.'),
    added: count,
    changed: count,
    removed: count,
    projects: described(
      v.exactOptional(count),
      'Number of projects in which any object was added, changed or removed.',
    ),
    notShown: described(
      v.exactOptional(count),
      'Objects that differ, but change by themselves (diff names the reasons), or differ in fields of --ignore alone.',
    ),
  }),
  v.transform((counts) => ({ ...counts, projects: counts.projects ?? null })),
);

/** The description; `definitions` has the parts that the JSON Schema names. */
export const MANIFEST_SCHEMA = v.pipe(
  objectOf({
    formatVersion: v.literal(1, ({ input }) =>
      typeof input === 'number' && input > 1
        ? `is ${input}, newer than this program, which reads version 1`
        : 'is not 1',
    ),
    tool: described(objectOf({ name: text, version: text }), 'What wrote the archive.'),
    cluster: objectOf({
      server: described(text, 'URL of the API server.'),
      version: described(text, 'Its version, such as v1.36.3.'),
      uid: described(textOrNull, 'uid of the project kube-system; null if it may not be read.'),
    }),
    identity: described(objectOf({ user: text, groups: texts }), 'The identity that read the cluster.'),
    startedAt: described(time, 'The time of the archive: its order and age go by it.'),
    finishedAt: time,
    complete: described(flag, 'No resource type failed.'),
    options: described(
      v.pipe(options, v.rawCheck(checkOptions)),
      'The options that narrowed the scope or the counts of `previous`, by flag.',
    ),
    totals: objectOf({
      projects: count,
      objects: described(count, 'Without the copies under _status, _bound and _metadata.'),
      files: described(count, 'All but manifest.json and SHA256SUMS.'),
      bytes: described(count, 'Of these files, uncompressed.'),
    }),
    projects: listOf(objectOf({ name: projectName, objects: count })),
    resourceTypes: described(
      listOf(resourceType),
      'A row per resource type of the cluster, whatever became of it.',
    ),
    deniedIn: described(
      v.exactOptional(
        v.pipe(
          listOf(objectOf({ projects: texts, resourceTypes: texts })),
          v.check((rows) => isOncePerType(rows), 'names a type twice, or none'),
        ),
      ),
      'Types that were listed by project, and the projects, among those that were known, in which they were denied.',
    ),
    logs: described(
      v.exactOptional(
        objectOf({
          outcome: v.picklist(['exported', 'empty', 'denied', 'failed']),
          reason: textOrNull,
          files: count,
          bytes: count,
          unavailable: described(count, 'Logs that a node did not give.'),
          deniedIn: described(texts, 'Projects in which pods/log is denied.'),
        }),
      ),
      'The logs under _logs, if the backup had --logs. They never make an archive incomplete.',
    ),
    holdUntil: described(
      v.exactOptional(v.union([v.literal('forever'), time], `${NOT_TIME}, nor "forever"`)),
      'Retention keeps the archive until then.',
    ),
    expires: described(v.exactOptional(time), 'Retention removes the archive then.'),
    note: described(v.exactOptional(note), 'The text of --note.'),
    previous: described(
      v.nullable(previous),
      'Objects that are not as they were in the archive before, counted as diff does; null if there was none that could be read.',
    ),
  }),
  v.title('manifest.json of an openshift-backup archive, format version 1'),
  v.description(
    'What an archive is and what it holds. Readers ignore fields they do not know: version 1 may gain some.',
  ),
);

/** The parts that the JSON Schema has under `$defs`. */
export const MANIFEST_DEFINITIONS = { count, time, resourceType };

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/** What an archive is and what it contains. */
export type Manifest = Frozen<v.InferOutput<typeof MANIFEST_SCHEMA>>;
/** The outcome of a resource type. */
export type ManifestType = Manifest['resourceTypes'][number];
/** A project with the number of its objects. */
export type ManifestProject = Manifest['projects'][number];
/** How many objects differ from the previous archive. */
export type ManifestPrevious = NonNullable<Manifest['previous']>;

/** A manifest, or a sentence with the path of the first mistake. */
export type ParsedManifest =
  | { readonly kind: 'manifest'; readonly manifest: Manifest }
  | { readonly kind: 'invalid'; readonly reason: string };

/**
 * Checks every field of a manifest.json. Fields that this version does not know are left out.
 * The number of values is limited before any is made (see parseJson), and the check ends with the first
 * mistake.
 */
export function parseManifest(bytes: Uint8Array): ParsedManifest {
  const parsed = parseJson(bytes);
  return parsed.kind === 'invalid' ? parsed : checkManifest(parsed.value);
}

/** The same for a document that is parsed already. */
export function checkManifest(value: unknown): ParsedManifest {
  const checked = v.safeParse(MANIFEST_SCHEMA, value, { abortEarly: true });
  return checked.success
    ? { kind: 'manifest', manifest: checked.output }
    : { kind: 'invalid', reason: sentenceOf(checked.issues[0], '') };
}

function sentenceOf(issue: v.BaseIssue<unknown>, within: string): string {
  const steps = issue.path ?? [];
  // Of the forms that a value may have, the one whose mistake lies within it was meant.
  const inside = issue.issues?.find((each) => each.path !== undefined);
  if (inside !== undefined) return sentenceOf(inside, pathOf(within, steps));
  const last = steps.at(-1);
  if (issue.input !== undefined || last === undefined) return sentence(pathOf(within, steps), issue.message);
  // valibot takes an array for an object that lacks its fields.
  return Array.isArray(last.input)
    ? sentence(pathOf(within, steps.slice(0, -1)), NOT_OBJECT)
    : sentence(pathOf(within, steps), 'is missing');
}

function sentence(path: string, says: string): string {
  return `${path === '' ? 'the document' : path} ${says}`;
}

/** `projects[3].objects` */
function pathOf(within: string, steps: readonly v.IssuePathItem[]): string {
  return steps.reduce(
    (path, { key }) =>
      typeof key === 'number' ? `${path}[${key}]` : `${path}${path === '' ? '' : '.'}${String(key)}`,
    within,
  );
}

/** Date.parse takes 30 February for 2 March. */
function isOnCalendar(value: string): boolean {
  const date = new Date(value);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value.slice(0, 19));
}

/** Options whose values are patterns of names. */
const GLOBS: ReadonlySet<string> = new Set([
  'project',
  'exclude-project',
  'resource',
  'exclude-resource',
  'include',
]);

/** Patterns are compared with every project, so they are checked as on the command line. */
function checkOptions({ dataset, addIssue }: v.RawCheckContext<v.InferOutput<typeof options>>): void {
  if (!dataset.typed) return;
  for (const [key, value] of Object.entries(dataset.value)) {
    if (typeof value === 'boolean') continue;
    const mistake = mistakeIn(key, typeof value === 'string' ? [value] : value);
    if (mistake === undefined) continue;
    addIssue({
      message: `is invalid: ${mistake}`,
      path: [{ type: 'object', origin: 'value', input: dataset.value, key, value }],
    });
  }
}

function mistakeIn(key: string, values: readonly string[]): string | undefined {
  if (GLOBS.has(key)) return checkGlobs(values)[0];
  if (key !== 'selector') return undefined;
  for (const selector of values) {
    try {
      checkSelector(selector);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
  return undefined;
}
