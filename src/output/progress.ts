const WIDTH = 24;

/** `████████░░░░  12/48  deployments.apps`, without a line's end. */
export function progressLine(done: number, total: number, label: string): string {
  const filled = total === 0 ? WIDTH : Math.round((WIDTH * done) / total);
  const count = `${String(done).padStart(String(total).length)}/${total}`;
  return `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}  ${count}  ${label}`;
}
