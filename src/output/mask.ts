import { masked, mayHoldSecrets } from '../changes/secrecy/mask.ts';
import { documentMistake } from '../json/members.ts';
import { parseValue } from '../json/parse-value.ts';
import { Masked, type Value } from '../json/value.ts';
import { Failure } from '../words/failure.ts';

/** The API takes objects of 1.5 MB. What is parsed takes up to fifty times its size. */
const LARGEST = 8 * 1024 * 1024;

/**
 * An object's bytes as a value with its secrets masked (see masked); null for an object
 * that has none, of which most are told without being parsed.
 *
 * @param type full name: `deployments.apps`
 * @throws SyntaxError where it is no valid JSON; Failure where it may hold a secret, but is too large to be masked
 */
export function maskedBytes(bytes: Uint8Array, type: string): Value | null {
  const mistake = documentMistake(bytes);
  if (mistake !== null) throw new SyntaxError(mistake);
  if (!mayHoldSecrets(bytes, type)) return null;
  if (bytes.length > LARGEST) throw tooLarge(bytes);
  const value = parseValue(bytes);
  const shown = masked(value, type);
  if (shown instanceof Masked) throw tooLarge(bytes);
  return shown === value ? null : shown;
}

function tooLarge(bytes: Uint8Array): Failure {
  return new Failure(
    `an object of ${bytes.length} bytes may hold secrets and is too large to be masked`,
    '--show-secrets prints it as it stands; extract writes the file',
  );
}
