import { parseCommandLine } from '../command-line.ts';
import { type Config, type Environment, readConfig } from '../config.ts';
import { printable } from '../output/print/printable.ts';
import { type Candidate, type Expected, expectedAfter } from './expected.ts';
import {
  addressCandidates,
  archiveCandidates,
  projectCandidates,
  resourceCandidates,
} from './in-archives.ts';

/**
 * Names come from archives, which may be hostile: words that a shell would expand or split
 * (`$(…)`, backticks, blanks) are never inserted into a command line.
 */
const HARMLESS = /^[\p{L}\p{N}_.:@%+=,/-]+$/u;

/**
 * The answer to the scripts in completion/scripts.ts: one line per candidate for the last word
 * (word, tab, description), then one with the action of the shell: `:files` and `:directories`
 * (complete them itself), `:open` (no blank after the word), `:done`.
 */
export async function completionText(words: readonly string[], environment: Environment): Promise<string> {
  const current = words.at(-1) ?? '';
  const expected = expectedAfter(words);
  if (expected.kind === 'files' || expected.kind === 'directories') return `:${expected.kind}\n`;
  if (expected.kind === 'archive' && /[/.~]/.test(current.slice(0, 1))) return ':files\n';
  const joined = /^--[a-z-]+=/.exec(current)?.[0] ?? '';
  const typed = current.slice(joined.length);
  const found = await candidatesOf(expected, typed, words, environment);
  const open = expected.kind === 'address' && typed.split('/').length < expected.depth;
  const lines = found
    .filter(({ word }) => word.startsWith(typed) && HARMLESS.test(word) && printable(word) === word)
    .map(({ word, meaning }) => `${joined}${word}${open ? '/' : ''}\t${printable(meaning)}\n`);
  return `${lines.join('')}${open ? ':open' : ':done'}\n`;
}

async function candidatesOf(
  expected: Expected,
  typed: string,
  words: readonly string[],
  environment: Environment,
): Promise<readonly Candidate[]> {
  if (expected.kind === 'words') return expected.candidates;
  if (expected.kind === 'zone')
    return Intl.supportedValuesOf('timeZone').map((word) => ({ word, meaning: '' }));
  const config = configOf(words, environment);
  if (config === null) return [];
  if (expected.kind === 'archive') {
    const words = expected.words.map((word) => ({ word, meaning: '' }));
    return [...words, ...(await archiveCandidates(config, typed))];
  }
  if (expected.kind === 'project') return await projectCandidates(config, 'latest');
  if (expected.kind === 'resource') return await resourceCandidates(config);
  if (expected.kind !== 'address') return [];
  if (!typed.includes('/')) return await projectCandidates(config, expected.archive);
  return await addressCandidates(config, expected.archive, typed, expected.withLogs);
}

/** The values of --volume, --name and others, from the command line or the environment; null if they are invalid. */
function configOf(words: readonly string[], environment: Environment): Config | null {
  const before = words.slice(0, -1);
  // The option whose value is being typed has no value yet.
  const line = parseCommandLine(before.at(-1)?.startsWith('-') ? before.slice(0, -1) : before, '');
  if (line.kind === 'text') return null;
  const result = readConfig({ ...line, errors: [] }, environment, () => '');
  return result.kind === 'config' ? result.config : null;
}
