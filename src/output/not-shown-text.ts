import type { NotShownCount } from '../changes/not-shown.ts';

/**
 * What a comparison has passed over, by reason: `120 rotated registry tokens, 86 pods and
 * replica sets of controllers (--include-noise), 3 fields by --ignore`; null where that is nothing.
 */
export function notShownText({ reasons, ignoredFields }: NotShownCount): string | null {
  const counts = reasons.map(({ nouns: [one, many], count }) => `${count} ${count === 1 ? one : many}`);
  const parts = [
    ...(counts.length === 0 ? [] : [`${counts.join(', ')} (--include-noise)`]),
    ...(ignoredFields === 0
      ? []
      : [`${ignoredFields} ${ignoredFields === 1 ? 'field' : 'fields'} by --ignore`]),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}
