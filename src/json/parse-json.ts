import { READ } from './limits.ts';

/** A parsed document, or why it cannot be parsed. */
export type ParsedJson =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'invalid'; readonly reason: string };

/**
 * Parses UTF-8 JSON. Numbers lose digits beyond 2^53, so the value must not be written again.
 * Each object needs fifty times the memory of its two bytes, so their number is limited.
 */
export function parseJson(bytes: Uint8Array): ParsedJson {
  if (bracketsOf(bytes) > READ.brackets) {
    return { kind: 'invalid', reason: `has more than ${READ.brackets} objects and lists` };
  }
  let text: string;
  try {
    // A byte order mark is not valid JSON; ignoreBOM keeps it, so that the parser rejects it.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { kind: 'invalid', reason: 'is not valid UTF-8' };
  }
  try {
    const value: unknown = JSON.parse(text);
    return { kind: 'value', value };
  } catch (error) {
    // V8's message quotes the text around the error, which may belong to a Secret.
    const at = /at position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    return { kind: 'invalid', reason: `is not valid JSON${at === undefined ? '' : ` at character ${at}`}` };
  }
}

/** How many objects and lists a document begins; brackets in strings count, too. */
export function bracketsOf(bytes: Uint8Array): number {
  let count = 0;
  // By index: an iterator takes ten times as long, which counts where thirty manifests are read.
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === 0x5b || byte === 0x7b) count += 1;
  }
  return count;
}
