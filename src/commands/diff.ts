import type { Manifest } from '../archive/format/manifest.ts';
import { type ArchiveFile, localArchive } from '../archive/reading/archive-file.ts';
import { type Comparison, isDifferent } from '../changes/comparison.ts';
import { compareArchives } from '../comparison/compare.ts';
import { openMapped, openTarget, type ProjectMapping } from '../comparison/mapped-side.ts';
import { Side } from '../comparison/side.ts';
import type { Config } from '../config.ts';
import type { Ending } from '../exit.ts';
import { comparisonJson } from '../output/diff-json.ts';
import { comparisonMarkdown } from '../output/diff-markdown.ts';
import { comparisonText } from '../output/diff-text.ts';
import { type ComparisonFacts, comparisonPage } from '../output/page/diff-page.ts';
import { CLUSTER } from '../types/archive-paths.ts';
import type { Catalogue } from '../volume/catalogue.ts';
import { resolveArchive } from '../volume/reference.ts';
import { Failure } from '../words/failure.ts';
import { didYouMean } from '../words/names.ts';
import { archivesOf } from './archives.ts';
import { chosenProject, comparedWords, comparisonScope } from './comparison-scope.ts';
import type { Context } from './context.ts';
import { emptyWords } from './empty-words.ts';
import { withLiveArchive } from './live-archive.ts';
import { pageFacts } from './page-facts.ts';
import { printPieces } from './printing.ts';

const USAGE = 'openshift-backup diff ARCHIVE [ARCHIVE|live [TYPE [NAME]]]; -p PROJECT narrows it further';
/** The argument for the live cluster instead of an archive. */
const LIVE = 'live';

/**
 * Prints the changes from one archive to another, or to the live cluster. Ends `differences` if
 * there are any.
 */
export async function diff(context: Context): Promise<Ending> {
  const { config } = context;
  const [from, to = LIVE, ...words] = config.args;
  if (from === undefined) throw new Failure('diff needs an ARCHIVE', USAGE, 'usage');
  const archives = await archivesOf(context);
  const archive = await resolveArchive(archives, from);
  const { mapping } = config.restore;
  const isMapped = mapping.size > 0;
  const before = isMapped
    ? await openMapped(archive, mapping, config.includeNoise)
    : await Side.open(archive);
  try {
    if (isMapped) checkMapping(config, before);
    const compare = async (name: string, other: ArchiveFile) => {
      const after = isMapped ? await openTarget(other, mapping, config.includeNoise) : await Side.open(other);
      try {
        const scope = comparisonScope(config, words, [before.manifest, after.manifest], USAGE);
        const names = { before: archive.file, after: name };
        const comparison = compareArchives(before, after, names, scope, context.signal);
        const sides = { before: before.manifest, after: after.manifest, isLive: to === LIVE };
        if (to !== LIVE) warnOfEmptyWords(context, [before.manifest, after.manifest]);
        await printPieces(context, rendered(context, comparison, sides, archives.catalogue));
        return isDifferent(comparison.tally.totals) ? 'differences' : 'done';
      } finally {
        after.close();
      }
    };
    if (to === LIVE) {
      // Report a wrong TYPE before the cluster is asked.
      const { type } = comparedWords(words, [before.manifest], USAGE);
      const projects = isMapped ? mappedProjects(config) : config.scope.projects;
      const scope = { ...config.scope, projects, ...(type === null ? {} : { resources: [type] }) };
      return await withLiveArchive(context, scope, ({ path, server }) => compare(server, localArchive(path)));
    }
    const other = await resolveArchive(archives, to);
    return await compare(other.file, other);
  } finally {
    before.close();
  }
}

/** Throws Failure if two projects are to be compared with one, there is no such project, or none is chosen. */
function checkMapping(config: Config, { archive, manifest }: Side): void {
  const mapping: ProjectMapping = config.restore.mapping;
  const twice = [...mapping.values()].find((name, at, names) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new Failure(`--map compares several projects with ${twice}`, 'name it once', 'usage');
  const projects = manifest.projects.map(({ name }) => name);
  const missing = [...mapping.keys()].find((name) => !projects.includes(name));
  if (missing === undefined) {
    if (mappedProjects(config).length > 0) return;
    throw new Failure(
      'the options choose none of the projects that --map compares',
      '--project and --exclude-project, or their variables, choose among the projects of --map',
      'usage',
    );
  }
  throw new Failure(
    `${archive.path} has no project ${missing}${didYouMean(missing, projects)}`,
    '--map OLD=NEW: OLD is a project of the first archive, NEW one of the second',
    'usage',
  );
}

/** The projects of the newer side that are compared, and `_cluster` if it is chosen. */
function mappedProjects(config: Config): string[] {
  const chosen = [...config.restore.mapping.values()].filter(chosenProject(config));
  return config.scope.projects.includes(CLUSTER) ? [...chosen, CLUSTER] : chosen;
}

/**
 * For two archives; for the live cluster, the export gives these warnings. There is none for
 * --exclude-…: a pod may have these options for its backups.
 */
function warnOfEmptyWords({ config, log }: Context, manifests: readonly Manifest[]): void {
  const scope = { ...config.scope, excludeProjects: [], excludeResources: [] };
  const projects = manifests.flatMap((manifest) => manifest.projects);
  const resourceTypes = manifests.flatMap((manifest) => manifest.resourceTypes);
  for (const line of emptyWords({ ...config, scope }, { projects, resourceTypes }, 'these archives'))
    log.warn(line);
}

type Sides = Pick<ComparisonFacts, 'before' | 'after' | 'isLive'>;

function rendered(
  context: Context,
  comparison: Comparison,
  sides: Sides,
  catalogue: Catalogue,
): AsyncGenerator<string> {
  const { config, columns, environment } = context;
  const { output, zone } = config;
  if (output === 'json') return comparisonJson(comparison);
  if (output === 'markdown') return comparisonMarkdown(comparison, zone);
  if (output === 'html') return page(config, comparison, sides, catalogue);
  const colour = columns > 0 && (environment.NO_COLOR ?? '') === '';
  return comparisonText(comparison, zone, { colour });
}

async function* page(
  config: Config,
  comparison: Comparison,
  sides: Sides,
  catalogue: Catalogue,
): AsyncGenerator<string> {
  const rows = await catalogue().catch((error) => {
    // Archives given by path need no volume; their page has no timeline.
    if (error instanceof Failure) return [];
    throw error;
  });
  yield* comparisonPage(comparison, { ...(await pageFacts(config, rows)), ...sides });
}
