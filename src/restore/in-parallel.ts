/**
 * Puts values through a function, so many at a time, and gives the results in the order
 * of the values. Nothing is read ahead beyond those.
 *
 * @throws the first error, of the values or the function; what is under way then ends unheard
 */
export async function* inParallel<T, R>(
  values: AsyncIterable<T>,
  most: number,
  map: (value: T) => Promise<R>,
): AsyncGenerator<R> {
  const begun: Array<Promise<R>> = [];
  for await (const value of values) {
    const result = map(value);
    // Heard when it is its turn; until then it must not count as an error that nobody hears.
    result.catch(() => {});
    begun.push(result);
    if (begun.length < most) continue;
    const first = begun.shift();
    if (first !== undefined) yield await first;
  }
  for (const result of begun) yield await result;
}
