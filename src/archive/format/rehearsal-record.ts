import * as v from 'valibot';
import { parseJson } from '../../json/parse-json.ts';

/*
 * The file beside an archive that keeps the result of its last rehearsal: what `rehearse -o json` prints, and what
 * binds it to the archive. It is read back as untrusted input: of a document of bounded size, only these fields.
 */

/** Bytes that are read; a result with all its lists has a tenth of it. */
export const LARGEST_RECORD = 8 * 1024 * 1024;
const LONGEST_VERSION = 100;

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const time = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/),
  v.check((text) => !Number.isNaN(Date.parse(text))),
);

const RECORD = v.object({
  formatVersion: v.literal(1),
  digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  kubernetes: v.pipe(v.string(), v.maxLength(LONGEST_VERSION)),
  startedAt: time,
  finishedAt: time,
  objects: count,
  proven: count,
  counts: v.object({ differs: count, refused: count, notRehearsed: count }),
});

/** The result of a rehearsal as it is kept, without the lists of objects. */
export type RehearsalRecord = Readonly<v.InferOutput<typeof RECORD>>;

/** Reads a kept result; null if it is not one of this format, or its numbers contradict each other. */
export function parseRehearsal(bytes: Uint8Array): RehearsalRecord | null {
  if (bytes.length > LARGEST_RECORD) return null;
  const parsed = parseJson(bytes);
  if (parsed.kind === 'invalid') return null;
  const checked = v.safeParse(RECORD, parsed.value, { abortEarly: true });
  if (!checked.success) return null;
  const { objects, proven, counts } = checked.output;
  const sum = proven + counts.differs + counts.refused + counts.notRehearsed;
  return sum === objects ? checked.output : null;
}
