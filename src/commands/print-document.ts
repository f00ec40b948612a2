import { yamlText } from '../output/print/yaml.ts';
import type { Context } from './context.ts';

/** Prints a JSON document in the form that was asked for: as it is, or as YAML. */
export function printDocument({ config, print }: Pick<Context, 'config' | 'print'>, json: string): void {
  print(config.output === 'yaml' ? yamlText(Buffer.from(json)) : json);
}
