import type { Ending } from '../exit.ts';
import { versionJson, versionText } from '../output/version.ts';
import { TOOL } from '../version.ts';
import type { Context } from './context.ts';
import { printDocument } from './print-document.ts';

/** Prints the version of this program, and of what it runs on. */
export async function version(context: Context): Promise<Ending> {
  const facts = {
    ...TOOL,
    node: process.versions.node,
    platform: `${process.platform}/${process.arch}`,
  };
  if (context.config.output === 'text') context.print(versionText(facts));
  else printDocument(context, versionJson(facts));
  return 'done';
}
