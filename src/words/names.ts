/** Characters of a name in a message. The name of a Role may be as long as an object can be. */
const LONGEST = 100;

/** A name for a message; shortened if it is long. */
export function brief(text: string, longest = LONGEST): string {
  return text.length > longest ? `${text.slice(0, longest).toWellFormed()}…` : text;
}

/** The cost grows with the square of this; guesses are only useful for a few wrong letters. */
const LONGEST_TYPED = 64;
const MOST = 3;

/** Similar names that the user may have meant, closest first; three at most. */
export function closeNames(word: string, names: Iterable<string>): string[] {
  const most = Math.max(2, Math.floor(word.length / 3));
  const found: Array<{ readonly name: string; readonly edits: number }> = [];
  for (const name of new Set(names)) {
    const part = word.length > 2 && (name.includes(word) || (name.length > 2 && word.includes(name)));
    const edits = part ? 1 : editsBetween(word, name, most);
    if (edits <= most) found.push({ name, edits });
  }
  const sorted = found.sort((a, b) => a.edits - b.edits || (a.name < b.name ? -1 : 1));
  return sorted.slice(0, MOST).map(({ name }) => name);
}

/** `; did you mean shop or shop-test?`, to follow a message about an unknown word; empty if no name is similar. */
export function didYouMean(word: string, names: Iterable<string>): string {
  const close = closeNames(word, names);
  return close.length === 0 ? '' : `; did you mean ${close.join(' or ')}?`;
}

/** Letters to add, remove or replace (Levenshtein distance); Infinity if the names are too different. */
function editsBetween(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most || Math.max(a.length, b.length) > LONGEST_TYPED) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? Infinity;
}
