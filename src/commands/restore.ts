import { ServedTypes } from '../cluster/served.ts';
import { Throttle } from '../cluster/throttle.ts';
import { Writer } from '../cluster/write.ts';
import type { Ending } from '../exit.ts';
import { openFilter } from '../export/jq.ts';
import { progressLine } from '../output/backup.ts';
import { counted } from '../output/print/units.ts';
import { restoreJson } from '../output/restore-json.ts';
import { type RestoreFacts, restoreText } from '../output/restore-report.ts';
import { prepareRestore } from '../restore/prepare.ts';
import type { Counters, Outcome } from '../restore-rules/outcome.ts';
import { isSealedName } from '../volume/names.ts';
import { resolveArchive } from '../volume/reference.ts';
import { Failure } from '../words/failure.ts';
import { archivesOf } from './archives.ts';
import { withCluster } from './cluster.ts';
import type { Context } from './context.ts';
import { emptyWords } from './empty-words.ts';
import { printPieces } from './printing.ts';
import { checkWords, restoreOptions } from './restore-options.ts';
import { namedObjects, projectsByLabel, USAGE } from './restore-selection.ts';

const OWN_CREDENTIALS =
  'to use your own credentials: kubectl config view --raw --flatten --minify | kubectl exec -i POD -- openshift-backup restore … --kubeconfig -';

const NOTHING_CHOSEN = 'check --project, --resource and --selector; openshift-backup show lists the contents';

/**
 * Restores objects from an archive with the credentials of the caller; a server-side dry run unless
 * `--apply`. Ends `incomplete` if an object failed.
 *
 * @throws Failure if nothing could be restored
 */
export async function restore(context: Context): Promise<Ending> {
  const { config, environment, log, now, signal } = context;
  const [reference, ...words] = config.args;
  if (reference === undefined) throw new Failure('restore needs an ARCHIVE', USAGE, 'usage');
  const stored = await resolveArchive(await archivesOf(context), reference);
  const { file } = stored;
  if (config.identity.length > 0 && !isSealedName(file))
    log.warn(`${file} is not sealed: anyone who can write to its location may have created it`);
  const archive = await stored.open();
  try {
    const manifest = await archive.manifest();
    const { projectSelectors, filter } = config.restore;
    const opened = filter === null ? null : await openFilter(filter, environment, signal);
    if (opened?.warning) log.warn(opened.warning);
    const options = restoreOptions(
      config,
      {
        objects: await namedObjects(archive, manifest, words),
        projects:
          projectSelectors.length === 0
            ? config.scope.projects
            : await projectsByLabel(archive, projectSelectors, config.scope),
      },
      manifest.resourceTypes,
      opened?.filter ?? null,
    );
    for (const line of emptyWords(config, manifest, 'this archive')) log.warn(line);
    checkWords(options.selection, options.rewriting.mapping, manifest);
    let changes: () => Counters | null = () => null;
    const restored = withCluster(context, signal, async ({ client, identity }) => {
      if (client.credentials.isPod)
        log.warn(
          `restore runs as the service account of this pod (${identity.user}), which may only read by default`,
          {
            hint: OWN_CREDENTIALS,
          },
        );
      const writer = new Writer(client, new Throttle(), !config.apply);
      const cluster = { client, writer, types: new ServedTypes(client), signal };
      const timestamp = now().toISOString();
      const restoration = await prepareRestore(archive, cluster, options, (text) => log.warn(text));
      changes = () => (writer.hasChanged ? restoration.counters() : null);
      const facts: RestoreFacts = {
        ...restoration,
        archive: file,
        server: client.credentials.server.origin,
        user: identity.user,
        dryRun: !config.apply,
        existing: options.existing,
        outcomes: withProgress(context, restoration.selected, restoration.outcomes),
        timestamp,
      };
      await printPieces(quietly(context), rendered(context, facts));
      const { numSnapshotContents: contents, numDiffering: _, ...became } = restoration.counters();
      if (contents > 0 && Object.values(became).every((count) => count === 0))
        throw new Failure(`none of the ${contents} objects in ${file} is selected`, NOTHING_CHOSEN, 'usage');
      return became.numFailed > 0 ? 'incomplete' : 'done';
    });
    return await restored.catch((error: unknown) => stopped(context, error, changes()));
  } finally {
    archive.close();
  }
}

/**
 * The ending of a restore that stops early, for example because its archive was replaced in the bucket: incomplete if it
 * has already changed the cluster. Otherwise, throws the error.
 *
 * @param counters null if it has changed nothing
 */
function stopped({ log }: Context, error: unknown, counters: Counters | null): Ending {
  if (!(error instanceof Failure) || counters === null) throw error;
  const { numCreated, numUpdated, numFailed } = counters;
  const written = `${counted(numCreated + numUpdated, 'object')} created or updated`;
  const failed = numFailed === 0 ? '' : `, ${numFailed} failed`;
  const hint = [error.hint, 'run the same command again to restore the rest'];
  log.error(`Stopped in the middle, with ${written}${failed}: ${error.message}`, {
    hint: hint.filter((part) => part !== null).join('; '),
  });
  return 'incomplete';
}

function rendered({ config, columns, environment }: Context, facts: RestoreFacts): AsyncGenerator<string> {
  if (config.output === 'json') return restoreJson(facts);
  const colour = columns > 0 && (environment.NO_COLOR ?? '') === '';
  return restoreText(facts, { colour, verbose: config.restore.verbose });
}

/** Shows a progress bar where stderr is a terminal. */
async function* withProgress(
  { progress, columns }: Context,
  total: number,
  outcomes: AsyncIterable<Outcome>,
): AsyncGenerator<Outcome> {
  let done = 0;
  for await (const outcome of outcomes) {
    done += 1;
    progress?.(progressLine(done, total, outcome.type, columns || 80));
    yield outcome;
  }
  progress?.('');
}

/** What is printed takes the place of the progress bar, which may stand on the same terminal. */
function quietly(context: Context): Context {
  const { print, progress } = context;
  if (progress === null) return context;
  return {
    ...context,
    print: (text) => {
      progress('');
      print(text);
    },
  };
}
