import { yamlText } from '../output/print/yaml.ts';
import type { Context } from './context.ts';

/** Prints a JSON document in the form that was asked for: as it is, or as YAML. */
export function printDocument({ config, print }: Pick<Context, 'config' | 'print'>, json: string): void {
  print(config.output === 'yaml' ? yamlText(Buffer.from(json)) : json);
}

/** Lines are gathered into pieces of this size: a write each would cost more than what they tell. */
const PIECE = 64 * 1024;
/** A person who watches sees something after so many milliseconds, however little there is. */
const LONGEST_PAUSE = 200;

/** Prints texts as they come. */
export async function printPieces({ print }: Context, texts: AsyncIterable<string>): Promise<void> {
  let piece = '';
  let printed = performance.now();
  for await (const text of texts) {
    piece += text;
    if (piece.length < PIECE && performance.now() - printed < LONGEST_PAUSE) continue;
    print(piece);
    piece = '';
    printed = performance.now();
  }
  print(piece);
}
