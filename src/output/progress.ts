const WIDTH = 24;

/**
 * `████████░░░░  12/48  deployments.apps`, without a line's end. Cut to `columns`: a
 * line that wraps could not be taken back.
 */
export function progressLine(done: number, total: number, label: string, columns: number): string {
  const filled = total === 0 ? WIDTH : Math.round((WIDTH * done) / total);
  const count = `${String(done).padStart(String(total).length)}/${total}`;
  return `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}  ${count}  ${label}`.slice(0, columns - 1);
}
