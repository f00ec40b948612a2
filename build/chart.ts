import { readFileSync, writeFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { optionsOf } from '../src/options/table.ts';

const CHART = new URL('../helm/openshift-backup/', import.meta.url);

/** A value of the chart: where it stands, what it is unless one says otherwise, and what it means. */
export interface ChartValue {
  /** Keys, joined by dots. */
  readonly path: string;
  readonly default: unknown;
  readonly help: string;
}

/** Options of the backup that the chart sets by values of their own, or that have no meaning in a pod. */
const NOT_BY_OPTIONS = [
  'volume',
  'name',
  'stamp',
  'zone',
  'retain-days',
  'retain-min',
  'keep-within',
  'keep-last',
  'keep-daily',
  'keep-weekly',
  'keep-monthly',
  'keep-yearly',
  'hold-until',
  'copy-to',
  'seal-to',
  's3-endpoint',
  's3-region',
  's3-path-style',
  'store-ca',
  'identity',
  'copy-keep',
  'copy-keep-within',
  'copy-keep-last',
  'copy-keep-daily',
  'copy-keep-weekly',
  'copy-keep-monthly',
  'copy-keep-yearly',
  'no-secrets',
  'kubeconfig',
  'context',
  'logs',
  'logs-since',
  'logs-bytes',
];

/** The flags that the chart's `options` takes, as its options.txt holds them: a line each. */
export function optionsFile(): string {
  const flags = optionsOf('backup')
    .map(({ flag }) => flag)
    .filter((flag) => !NOT_BY_OPTIONS.includes(flag));
  return `${flags.join('\n')}\n`;
}

/**
 * The values that a values.yaml documents with a line `# -- …` before the key, in its order. Throws where such a
 * line is not followed by a key.
 */
export function documentedValues(text: string): ChartValue[] {
  const values = load(text);
  const lines = text.split('\n');
  const above: { indent: number; key: string }[] = [];
  return lines.flatMap((line, index) => {
    const [, spaces, key] = /^( *)([\w.-]+):/.exec(line) ?? [];
    if (spaces === undefined || key === undefined) {
      if (line.trim().startsWith('# -- ') && !/^ *[\w.-]+:/.test(lines[index + 1] ?? ''))
        throw new Error(`values.yaml, line ${index + 1}: no key follows`);
      return [];
    }
    while ((above.at(-1)?.indent ?? -1) >= spaces.length) above.pop();
    above.push({ indent: spaces.length, key });
    const keys = above.map((each) => each.key);
    const help = /^ *# -- (.*)$/.exec(lines[index - 1] ?? '')?.[1];
    return help === undefined ? [] : [{ path: keys.join('.'), default: valueAt(values, keys), help }];
  });
}

/** The chart's README.md with its table of values made anew. Throws where a marker is missing. */
export function regenerateChartReadme(readme: string, values: string): string {
  const [before, rest] = readme.split('<!-- begin values -->\n');
  const [, after] = rest?.split('<!-- end values -->') ?? [];
  if (before === undefined || after === undefined) throw new Error("the chart's README.md lacks its markers");
  const rows = documentedValues(values).map(
    (each) => `| \`${each.path}\` | \`${escaped(JSON.stringify(each.default))}\` | ${escaped(each.help)} |`,
  );
  const table = ['| value | default | meaning |', '|---|---|---|', ...rows].join('\n');
  return `${before}<!-- begin values -->\n${table}\n<!-- end values -->${after}`;
}

/** Writes all that is generated in the chart. */
export function writeChart(): void {
  const readme = new URL('README.md', CHART);
  const values = readFileSync(new URL('values.yaml', CHART), 'utf8');
  writeFileSync(readme, regenerateChartReadme(readFileSync(readme, 'utf8'), values));
  writeFileSync(new URL('options.txt', CHART), optionsFile());
}

function valueAt(values: unknown, keys: readonly string[]): unknown {
  return keys.reduce((here: unknown, key) => (here as Record<string, unknown>)[key], values);
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}
