import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate for 127.0.0.1 whose only day was years ago, made in a new folder. Throws where openssl fails. */
export function expiredCertificate(folder: string) {
  mkdirSync(folder);
  const [config, cert, key] = ['ca.conf', 'cert.pem', 'key.pem'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const [name, text] of [
    ['index', ''],
    ['serial', '01'],
    ['ca.conf', caConfig(folder)],
  ] as const)
    writeFileSync(join(folder, name), text);
  const openssl = (...words: string[]) => execFileSync('openssl', words, { stdio: 'ignore' });
  const request = join(folder, 'request.pem');
  openssl(
    'req',
    '-new',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    key,
    '-out',
    request,
    '-subj',
    '/CN=localhost',
  );
  openssl(
    'ca',
    '-batch',
    '-selfsign',
    '-config',
    config,
    '-keyfile',
    key,
    '-in',
    request,
    '-out',
    cert,
    '-notext',
    '-startdate',
    '20200101000000Z',
    '-enddate',
    '20200102000000Z',
  );
  const certPem = readFileSync(cert, 'utf8');
  return { certPem, keyPem: readFileSync(key, 'utf8'), caPem: certPem };
}

function caConfig(folder: string): string {
  return `[ca]\ndefault_ca=d\n[d]\ndatabase=${folder}/index\nserial=${folder}/serial\nnew_certs_dir=${folder}\ndefault_md=sha256\npolicy=p\nx509_extensions=x\n[p]\ncommonName=supplied\n[x]\nsubjectAltName=IP:127.0.0.1\nbasicConstraints=CA:TRUE\n`;
}
