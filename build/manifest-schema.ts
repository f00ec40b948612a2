import { toJsonSchema } from '@valibot/to-json-schema';
import { MANIFEST_DEFINITIONS, MANIFEST_SCHEMA } from '../src/archive/format/manifest.ts';

/** Where the JSON Schema of manifest.json is kept. */
export const MANIFEST_SCHEMA_FILE = 'docs/manifest.schema.json';

/** The JSON Schema of manifest.json, made from the description by which the program checks it. */
export function manifestSchema(): string {
  const { $schema, title, description, ...rest } = toJsonSchema(MANIFEST_SCHEMA, {
    target: 'draft-2020-12',
    typeMode: 'input',
    definitions: MANIFEST_DEFINITIONS,
    // Patterns of names, selectors and days of a month are checked by code; JSON Schema has no words for them.
    ignoreActions: ['check', 'raw_check', 'transform'],
  });
  const schema = { $schema, $id: 'manifest.schema.json', title, description, ...rest };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
