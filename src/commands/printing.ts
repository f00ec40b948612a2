import { yamlText } from '../output/print/yaml.ts';
import type { Context } from './context.ts';

/** Prints a JSON document in the requested format: JSON or YAML. */
export function printDocument({ config, print }: Pick<Context, 'config' | 'print'>, json: string): void {
  print(config.output === 'yaml' ? yamlText(Buffer.from(json)) : json);
}

/** Lines are joined to pieces of this size, since a write for each line is slow. */
const PIECE = 64 * 1024;
/** Milliseconds after which the buffered text is printed, since a person may be watching. */
const LONGEST_PAUSE = 200;

/** Prints texts as they arrive. */
export async function printPieces(
  { print }: { readonly print: (text: string) => void | Promise<void> },
  texts: AsyncIterable<string>,
): Promise<void> {
  let piece = '';
  let printed = performance.now();
  try {
    for await (const text of texts) {
      piece += text;
      if (piece.length < PIECE && performance.now() - printed < LONGEST_PAUSE) continue;
      await print(piece);
      piece = '';
      printed = performance.now();
    }
  } finally {
    // After a failure, too: the report of a restore must include what was done before it.
    await print(piece);
  }
}
