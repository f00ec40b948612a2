/** As much of a name as a message needs: a Role's name may have as many characters as fit into an object. */
const LONGEST = 100;

/** A name as messages quote it: its beginning, where it is long. */
export function brief(text: string, longest = LONGEST): string {
  return text.length > longest ? `${text.slice(0, longest).toWellFormed()}…` : text;
}
