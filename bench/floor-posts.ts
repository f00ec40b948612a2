import { readFileSync } from 'node:fs';
import https from 'node:https';
import pMap from 'p-map';

/**
 * The floor of a restore: POSTs one after the other over 32 connections, answers thrown
 * away. Run as a process of its own: `floor-posts.ts CREDENTIALS OBJECTS`, both JSON files.
 */
const { server, caPem, certPem, keyPem } = JSON.parse(readFileSync(String(process.argv[2]), 'utf8'));
const objects: ReadonlyArray<{ path: string; body: string }> = JSON.parse(
  readFileSync(String(process.argv[3]), 'utf8'),
);
const CONNECTIONS = 32;
const tls = { ca: caPem, cert: certPem, key: keyPem };
const agent = new https.Agent({ ...tls, keepAlive: true, maxSockets: CONNECTIONS });

function post({ path, body }: { path: string; body: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const request = https.request(`${server}${path}`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('error', reject);
      response.on('end', () =>
        response.statusCode === 201 ? resolve() : reject(new Error(`${path}: ${response.statusCode}`)),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

await pMap(objects, post, { concurrency: CONNECTIONS });
agent.destroy();
