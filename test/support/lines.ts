import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** The lines that come in on a connection, until it is closed, for whatever reason. */
export async function* linesOf(connection: Socket): AsyncGenerator<string> {
  const lines = createInterface({ input: connection });
  // A connection that is reset or destroyed has no end, which readline would wait for.
  connection.on('error', () => connection.destroy());
  connection.on('close', () => lines.close());
  yield* lines;
}
