import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { processTemplate } from './process.ts';
import { parseTemplate } from './read-template.ts';

/**
 * `process` of the stand-in for oc (see ./oc): -f FILE or -f -, -p KEY=VALUE, KEY=VALUE, --local, -o json; anything
 * else is refused. Prints the List that oc prints. With or without --local, no server is asked.
 */
function main(words: readonly string[]): void {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      filename: { type: 'string', short: 'f' },
      param: { type: 'string', short: 'p', multiple: true, default: [] },
      output: { type: 'string', short: 'o', default: 'json' },
      local: { type: 'boolean' },
    },
  });
  if (values.filename === undefined)
    throw new Error('-f FILE is missing; stored templates are not known here');
  if (values.output !== 'json') throw new Error(`-o ${values.output} is not known here; json is`);
  const text = readFileSync(values.filename === '-' ? 0 : values.filename, 'utf8');
  const template = parseTemplate(text, values.filename);
  const { objects } = processTemplate(template, parametersOf([...values.param, ...positionals]));
  const list = { kind: 'List', apiVersion: 'v1', metadata: {}, items: objects };
  process.stdout.write(`${JSON.stringify(list, null, 4)}\n`);
}

function parametersOf(words: readonly string[]): Record<string, string> {
  const parameters = new Map<string, string>();
  for (const word of words) {
    const end = word.indexOf('=');
    if (end < 1) throw new Error(`${word} is not KEY=VALUE`);
    const name = word.slice(0, end);
    if (parameters.has(name))
      throw new Error(`The following parameters were provided more than once: ${name}`);
    parameters.set(name, word.slice(end + 1));
  }
  return Object.fromEntries(parameters);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
