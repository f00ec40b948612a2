import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { sealed } from '../../src/seal/sealed-file.ts';

/** A new identity in a file as age-keygen makes it, and its recipient. */
export async function identityFile(folder: string, name = 'key.txt') {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const path = join(folder, name);
  writeFileSync(path, `# public key: ${recipient}\n${identity}\n`, { mode: 0o600 });
  return { path, identity, recipient };
}

/** Seals a file; returns the path of the sealed one beside it. */
export async function sealBeside(path: string, recipient: string): Promise<string> {
  const pieces: Buffer[] = [];
  async function* plain() {
    yield readFileSync(path);
  }
  for await (const piece of sealed(plain(), [recipient])) pieces.push(piece);
  writeFileSync(`${path}.age`, Buffer.concat(pieces));
  return `${path}.age`;
}
