import { readFileSync } from 'node:fs';
import https from 'node:https';
import pMap from 'p-map';

/**
 * The floor: LISTs of the same types, unpaginated, bytes thrown away, with the
 * same number of connections. Run as a process of its own: `floor.ts CREDENTIALS PATHS`,
 * both JSON files. Prints {bytes, requests}.
 */
const { server, caPem, certPem, keyPem } = JSON.parse(readFileSync(String(process.argv[2]), 'utf8'));
const paths: string[] = JSON.parse(readFileSync(String(process.argv[3]), 'utf8'));
const agent = new https.Agent({ keepAlive: true, ca: caPem, cert: certPem, key: keyPem });

function drain(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    https
      .get(`${server}${path}`, { agent, headers: { accept: 'application/json' } }, (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        response.on('end', () =>
          response.statusCode === 200 ? resolve(bytes) : reject(new Error(`${path}: ${response.statusCode}`)),
        );
        response.on('error', reject);
      })
      .on('error', reject);
  });
}

const sizes = await pMap(paths, drain, { concurrency: 8 });
agent.destroy();
process.stdout.write(
  `${JSON.stringify({ bytes: sizes.reduce((a, b) => a + b, 0), requests: paths.length })}\n`,
);
