import { Damage } from '../archive/format/damage.ts';
import type { ArchiveReader } from '../archive/reading/reader.ts';
import { type ArchiveIndex, ArchiveIndexBuilder, isIndexed } from '../restore-rules/archive-index.ts';
import { GitOps, mayBeManaged } from '../restore-rules/gitops.ts';
import { type Head, headOf } from '../restore-rules/order.ts';
import { ClusterPowers } from '../restore-rules/reach/powers.ts';
import { limitReach, mayReach, type ReachContext } from '../restore-rules/reach/reach.ts';
import { type Choice, Chooser } from '../restore-rules/selection/choice.ts';
import type { Dependencies } from '../restore-rules/selection/dependencies.ts';
import { mayRefer } from '../restore-rules/selection/references.ts';
import type { Selection } from '../restore-rules/selection/selection.ts';
import { type ArchivedItem, itemsOf, type SourceFile, sourceFiles } from './archive-items.ts';

/** An object that is restored: its file, and what its order depends on. */
export interface Target extends Head {
  readonly file: SourceFile;
  /** It was not selected, but a selected object depends on it. */
  readonly dependency: boolean;
  /** Selected by its name or type, or by --cluster-resources yes: it may reach beyond the projects. */
  readonly explicit: boolean;
  /** A cluster-scoped object that is not created, since it reaches beyond the restored projects. */
  readonly withheld: boolean;
}

/** What a restore knows about an archive before it begins. */
export interface Survey {
  /** In the order of the archive. */
  readonly targets: readonly Target[];
  readonly archiveIndex: ArchiveIndex;
  readonly reachContext: ReachContext;
  /** A warning that names the GitOps tools that manage selected objects; null if there are none. */
  readonly gitOps: string | null;
  /** Number of objects in the archive. */
  readonly contents: number;
}

/** Characters of names, kinds and owners that are kept, enough for a million objects; an archive may have any names. */
const MOST_KEPT = 256 * 1024 * 1024;
const ROLE_BINDINGS = 'rolebindings.rbac.authorization.k8s.io';
const NO_OWNERS: Head['owners'] = [];

/**
 * Reads an archive once and selects objects (files of cluster-scoped objects that others may depend on are
 * read twice). Only name, file and owners of an object are kept; its content is read again when it is restored.
 *
 * @throws Damage, Unreadable; the signal's reason
 */
export async function surveyArchive(
  archive: ArchiveReader,
  selection: Selection,
  signal: AbortSignal,
  mostKept = MOST_KEPT,
): Promise<Survey> {
  const files = await sourceFiles(archive, true);
  const rows = new Map((await archive.manifest()).resourceTypes.map((row) => [row.name, row]));
  const archiveIndex = new ArchiveIndexBuilder();
  const clusterFiles = files.filter(({ typePath }) => typePath.project === null);
  // References name kinds, so that these are taken from the objects.
  for (const file of clusterFiles)
    for await (const item of itemsOf(archive, file)) {
      archiveIndex.see(item);
      break;
    }
  for (const { typePath } of files)
    archiveIndex.seeType(typePath.type, typePath.project, rows.get(typePath.type));
  const chooser = new Chooser(selection, archiveIndex);
  const targets = new Map<SourceFile, Target[]>(files.map((file) => [file, []]));
  const interned = interning();
  const gitOps = new GitOps();
  const powers = new ClusterPowers();
  let contents = 0;
  let kept = 0;
  const reachContext = { isRestored: chooser.isRestored, powers };
  const decide = (file: SourceFile, item: ArchivedItem, choice: Choice) => {
    signal.throwIfAborted();
    contents += 1;
    if (choice.kind === 'omitted') return;
    const withheld = isWithheld(item, choice, reachContext);
    const target = targetOf(file, item, choice, withheld, interned);
    kept += sizeOf(target);
    if (kept > mostKept)
      throw new Damage(archive.path, `the names of its objects have more than ${mostKept} characters`);
    targets.get(file)?.push(target);
  };
  for (const file of files) {
    const { project, type } = file.typePath;
    if (project === null) continue;
    for await (const item of itemsOf(archive, file)) {
      const choice = chooser.ofProject(item, project);
      if (isIndexed(item)) archiveIndex.see(item);
      if (mayBeManaged(type, item.bytes)) gitOps.see(item, choice.kind === 'selected');
      if (choice.kind === 'selected') {
        chooser.dependencies.see(item, mayRefer(type, item.bytes));
        if (type === ROLE_BINDINGS) powers.see(item);
      }
      decide(file, item, choice);
    }
  }
  await followDependencies(archive, clusterFiles, chooser.dependencies, powers, signal);
  for (const file of clusterFiles)
    for await (const item of itemsOf(archive, file)) {
      if (isIndexed(item)) archiveIndex.see(item);
      decide(file, item, chooser.ofCluster(item));
    }
  return {
    targets: [...targets.values()].flat(),
    archiveIndex,
    reachContext,
    gitOps: gitOps.line(),
    contents,
  };
}

/** Reads each file once: an object may refer to one in a file that was not read yet. */
async function followDependencies(
  archive: ArchiveReader,
  files: readonly SourceFile[],
  dependencies: Dependencies,
  powers: ClusterPowers,
  signal: AbortSignal,
): Promise<void> {
  const open = new Set(files);
  for (;;) {
    const types = dependencies.typesToSee();
    const next = [...open].find(({ typePath }) => types.has(typePath.type));
    if (next === undefined) return;
    open.delete(next);
    for await (const item of itemsOf(archive, next)) {
      signal.throwIfAborted();
      dependencies.seeClusterObject(item);
      powers.see(item);
    }
  }
}

/** Characters that are kept of an object. */
function sizeOf({ owners, ...target }: Target): number {
  return [target, ...owners].reduce(
    (sum, { apiVersion, kind, name }) => sum + apiVersion.length + kind.length + name.length,
    0,
  );
}

type Chosen = Exclude<Choice, { kind: 'omitted' }>;

function isExplicit(choice: Chosen): boolean {
  return choice.kind === 'selected' && choice.explicit;
}

/** For namespaced objects, this is only known after the whole archive was read. */
function isWithheld(item: ArchivedItem, choice: Chosen, context: ReachContext): boolean {
  if (item.project !== null || isExplicit(choice) || !mayReach(item.type, null)) return false;
  return limitReach(item, context).withheld !== null;
}

function targetOf(
  file: SourceFile,
  item: ArchivedItem,
  choice: Chosen,
  withheld: boolean,
  interned: (word: string) => string,
): Target {
  return {
    ...file.typePath,
    apiVersion: interned(item.apiVersion),
    kind: interned(item.kind),
    name: item.name,
    // Most objects have no owner, and need not be parsed.
    owners: item.bytes.includes('"ownerReferences"') ? headOf(item).owners : NO_OWNERS,
    file,
    dependency: choice.kind === 'dependency',
    explicit: isExplicit(choice),
    withheld,
  };
}

/** Thousands of objects share the same words, but each parsed one has a copy of its own. */
function interning(): (word: string) => string {
  const words = new Map<string, string>();
  return (word) => {
    const known = words.get(word);
    if (known === undefined) words.set(word, word);
    return known ?? word;
  };
}
