import { parseCommandLine } from '../command-line.ts';
import { type Config, type Environment, readConfig } from '../config.ts';
import { printable } from '../output/print/printable.ts';
import {
  addressCandidates,
  archiveCandidates,
  projectCandidates,
  resourceCandidates,
} from './in-archives.ts';
import { type Candidate, type Wanted, wantedAfter } from './wanted.ts';

/**
 * Names come from archives, which may be hostile: what a shell would expand or
 * split (`$(…)`, backticks, blanks) is never put onto a person's command line.
 */
const HARMLESS = /^[\p{L}\p{N}_.:@%+=,/-]+$/u;

/**
 * The answer to the scripts of completion/scripts.ts: a line per word that the last
 * word can become (word, tab, meaning), then one with what the shell has to do:
 * `:files` and `:directories` (complete them itself), `:open` (no blank behind the
 * word), `:done`.
 */
export async function completionText(words: readonly string[], environment: Environment): Promise<string> {
  const current = words.at(-1) ?? '';
  const wanted = wantedAfter(words);
  if (wanted.kind === 'files' || wanted.kind === 'directories') return `:${wanted.kind}\n`;
  if (wanted.kind === 'archive' && /[/.~]/.test(current.slice(0, 1))) return ':files\n';
  const joined = /^--[a-z-]+=/.exec(current)?.[0] ?? '';
  const typed = current.slice(joined.length);
  const found = await candidatesOf(wanted, typed, words, environment);
  const open = wanted.kind === 'address' && typed.split('/').length < wanted.depth;
  const lines = found
    .filter(({ word }) => word.startsWith(typed) && HARMLESS.test(word) && printable(word) === word)
    .map(({ word, meaning }) => `${joined}${word}${open ? '/' : ''}\t${printable(meaning)}\n`);
  return `${lines.join('')}${open ? ':open' : ':done'}\n`;
}

async function candidatesOf(
  wanted: Wanted,
  typed: string,
  words: readonly string[],
  environment: Environment,
): Promise<readonly Candidate[]> {
  if (wanted.kind === 'words') return wanted.candidates;
  if (wanted.kind === 'zone')
    return Intl.supportedValuesOf('timeZone').map((word) => ({ word, meaning: '' }));
  const config = configOf(words, environment);
  if (config === null) return [];
  if (wanted.kind === 'archive') {
    const words = wanted.words.map((word) => ({ word, meaning: '' }));
    return [...words, ...(await archiveCandidates(config, typed))];
  }
  if (wanted.kind === 'project') return await projectCandidates(config, 'latest');
  if (wanted.kind === 'resource') return await resourceCandidates(config);
  if (wanted.kind !== 'address') return [];
  if (!typed.includes('/')) return await projectCandidates(config, wanted.archive);
  return await addressCandidates(config, wanted.archive, typed);
}

/** What --volume, --name and the like say so far, on the line or in the environment; null where it is wrong. */
function configOf(words: readonly string[], environment: Environment): Config | null {
  const before = words.slice(0, -1);
  // An option whose value is being typed has none yet.
  const line = parseCommandLine(before.at(-1)?.startsWith('-') ? before.slice(0, -1) : before, '');
  if (line.kind === 'text') return null;
  const result = readConfig({ ...line, errors: [] }, environment, () => '');
  return result.kind === 'config' ? result.config : null;
}
