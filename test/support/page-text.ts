/** A page without the marks that keep dates and options on one line. */
export function unwrapped(page: string): string {
  return page.replace(/<span class="whole">([^<]*)<\/span>/g, '$1');
}
