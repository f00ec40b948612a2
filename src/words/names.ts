/** As much of a name as a message needs: a Role's name may have as many characters as fit into an object. */
const LONGEST = 100;

/** A name as messages quote it: its beginning, if it is long. */
export function brief(text: string, longest = LONGEST): string {
  return text.length > longest ? `${text.slice(0, longest).toWellFormed()}…` : text;
}

/** The cost grows with the square of this; a guess does not help with more than a few wrong letters. */
const LONGEST_TYPED = 64;
const MOST = 3;

/** Those of the names that a person may have meant, the closest first; three at most. */
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

/** Letters to be added, removed or replaced (Levenshtein); Infinity where that is out of reach. */
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
