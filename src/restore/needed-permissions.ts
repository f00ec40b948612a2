import type { ArchiveReader } from '../archive/reading/reader.ts';
import type { ArchiveIndex } from '../restore-rules/archive-index.ts';
import type { MissingVerb } from '../restore-rules/outcome.ts';
import { type RewriteOptions, rewrite } from '../restore-rules/rewrite.ts';
import { readTargets } from './archive-items.ts';
import type { Target } from './survey.ts';

/**
 * The missing permissions without those for types of which a rule leaves out every object: nobody has to be allowed to
 * create the pods of a Deployment. Reads the objects of these types, of each until one is restored.
 *
 * @throws Damage, Unreadable; the signal's reason
 */
export async function neededPermissions(
  missing: readonly MissingVerb[],
  archive: ArchiveReader,
  targets: readonly Target[],
  { rewriting, archiveIndex }: { readonly rewriting: RewriteOptions; readonly archiveIndex: ArchiveIndex },
  signal: AbortSignal,
): Promise<readonly MissingVerb[]> {
  const keyOf = (type: string, project: string | null) => `${type} ${project ?? ''}`;
  const keyOfTarget = ({ type, project }: Pick<Target, 'type' | 'project'>) =>
    keyOf(type, project === null ? null : (rewriting.mapping.get(project) ?? project));
  const asked = new Set(missing.map(({ type, project }) => keyOf(type, project)));
  const chosen = targets.filter((target) => asked.has(keyOfTarget(target)));
  const needed = new Set<string>();
  for await (const { item } of readTargets(archive, chosen)) {
    signal.throwIfAborted();
    const key = keyOfTarget(item);
    if (!needed.has(key) && rewrite(item, rewriting, archiveIndex).kind === 'restored') needed.add(key);
  }
  // A Namespace is changed within itself, so that its row names a project.
  return missing.filter(({ type, project }) => needed.has(keyOf(type, project)) || type === 'namespaces');
}
