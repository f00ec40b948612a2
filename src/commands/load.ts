import type { CommandName } from '../options/commands.ts';
import type { Run } from './context.ts';

/** Each command is loaded on demand: `list` does not need a Kubernetes client. */
export const COMMANDS: Readonly<Record<CommandName, () => Promise<Run>>> = {
  backup: async () => (await import('./backup.ts')).backup,
  access: async () => (await import('./access.ts')).access,
  list: async () => (await import('./list.ts')).list,
  show: async () => (await import('./show.ts')).show,
  diff: async () => (await import('./diff.ts')).diff,
  log: async () => (await import('./log.ts')).log,
  history: async () => (await import('./history.ts')).history,
  extract: async () => (await import('./extract.ts')).extract,
  verify: async () => (await import('./verify.ts')).verify,
  rehearse: async () => (await import('./rehearse.ts')).rehearse,
  restore: async () => (await import('./restore.ts')).restore,
  prune: async () => (await import('./prune.ts')).prune,
  copy: async () => (await import('./copy.ts')).copy,
  idle: async () => (await import('./idle.ts')).idle,
  completion: async () => (await import('./completion.ts')).completion,
  version: async () => (await import('./version.ts')).version,
};
