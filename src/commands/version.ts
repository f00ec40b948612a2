import type { Ending } from '../exit.ts';
import { jsonText } from '../output/print/json.ts';
import { TOOL } from '../version.ts';
import type { Context } from './context.ts';
import { printDocument } from './printing.ts';

/**
 * Prints the versions of this program, of Node.js and of the platform: one line, or with `-o json` an
 * object of `name`, `version`, `node` and `platform`. Fields may be added.
 */
export async function version(context: Context): Promise<Ending> {
  const node = process.versions.node;
  const platform = `${process.platform}/${process.arch}`;
  if (context.config.output === 'text')
    context.print(`${TOOL.name} ${TOOL.version} (Node.js ${node}, ${platform})\n`);
  else printDocument(context, jsonText({ name: TOOL.name, version: TOOL.version, node, platform }));
  return 'done';
}
