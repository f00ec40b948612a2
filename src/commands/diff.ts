import type { Manifest } from '../archive/format/manifest.ts';
import type { Comparison } from '../changes/comparison.ts';
import { isDifferent } from '../changes/tally.ts';
import { compareArchives } from '../comparison/compare.ts';
import { Side } from '../comparison/side.ts';
import type { Config } from '../config.ts';
import type { Ending } from '../exit.ts';
import { comparisonJson } from '../output/diff-json.ts';
import { comparisonMarkdown } from '../output/diff-markdown.ts';
import { comparisonText } from '../output/diff-text.ts';
import { type ComparisonFacts, comparisonPage } from '../output/page/diff-page.ts';
import { archiveResolver } from '../volume/reference.ts';
import { Failure } from '../words/failure.ts';
import { comparedWords, comparisonScope } from './comparison-scope.ts';
import type { Context } from './context.ts';
import { emptyWords } from './empty-words.ts';
import { withLiveArchive } from './live-archive.ts';
import { archivesBeside, pageFacts } from './page-facts.ts';

const USAGE = 'openshift-backup diff ARCHIVE [ARCHIVE|live [TYPE [NAME]]]; -p PROJECT narrows it further';
/** What stands for the live cluster in the place of an archive. */
const LIVE = 'live';
/** Lines are gathered into pieces of this size: a write each would cost more than the comparison. */
const PIECE = 64 * 1024;

/**
 * Prints what changed from one archive to another, or to the live cluster. Ends
 * `differences` where anything did.
 */
export async function diff(context: Context): Promise<Ending> {
  const { config } = context;
  const [from, to = LIVE, ...words] = config.args;
  if (from === undefined) throw new Failure('diff needs an ARCHIVE', USAGE, 'usage');
  const resolve = archiveResolver(config.volume, config, context.now(), context.signal);
  const archive = await resolve(from);
  const before = await Side.open(archive.path);
  try {
    const compare = async (file: string, path: string) => {
      const after = await Side.open(path);
      try {
        const scope = comparisonScope(config, words, [before.manifest, after.manifest], USAGE);
        const names = { before: archive.file, after: file };
        const comparison = compareArchives(before, after, names, scope, context.signal);
        const sides = { before: before.manifest, after: after.manifest, isLive: to === LIVE };
        if (to !== LIVE) warnOfEmptyWords(context, [before.manifest, after.manifest]);
        return await printed(context, comparison, sides);
      } finally {
        after.close();
      }
    };
    if (to === LIVE) {
      // A mistake in the words is told before a cluster is asked.
      const { type } = comparedWords(words, [before.manifest], USAGE);
      const scope = type === null ? config.scope : { ...config.scope, resources: [type] };
      return await withLiveArchive(context, scope, ({ path, server }) => compare(server, path));
    }
    const other = await resolve(to);
    return await compare(other.file, other.path);
  } finally {
    before.close();
  }
}

/**
 * Of two archives; what the live cluster does not have, the export says. What is excluded in vain
 * is not worth a word: a pod may have it for its backups.
 */
function warnOfEmptyWords({ config, log }: Context, manifests: readonly Manifest[]): void {
  const scope = { ...config.scope, excludeProjects: [], excludeResources: [] };
  const projects = manifests.flatMap((manifest) => manifest.projects);
  const resourceTypes = manifests.flatMap((manifest) => manifest.resourceTypes);
  for (const line of emptyWords({ ...config, scope }, { projects, resourceTypes }, 'these archives'))
    log.warn(line);
}

type Sides = Pick<ComparisonFacts, 'before' | 'after' | 'isLive'>;

async function printed(context: Context, comparison: Comparison, sides: Sides): Promise<Ending> {
  const { print } = context;
  let piece = '';
  for await (const text of rendered(context, comparison, sides)) {
    piece += text;
    if (piece.length < PIECE) continue;
    print(piece);
    piece = '';
  }
  print(piece);
  return isDifferent(comparison.tally.totals) ? 'differences' : 'done';
}

function rendered(context: Context, comparison: Comparison, sides: Sides): AsyncGenerator<string> {
  const { config, columns, environment } = context;
  const { output, zone } = config;
  if (output === 'json') return comparisonJson(comparison);
  if (output === 'markdown') return comparisonMarkdown(comparison, zone);
  if (output === 'html') return page(config, comparison, sides);
  const colour = columns > 0 && (environment.NO_COLOR ?? '') === '';
  return comparisonText(comparison, zone, { colour });
}

async function* page(config: Config, comparison: Comparison, sides: Sides): AsyncGenerator<string> {
  yield* comparisonPage(comparison, { ...pageFacts(config, await archivesBeside(config)), ...sides });
}
