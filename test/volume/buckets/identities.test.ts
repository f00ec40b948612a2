import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { parseLocation } from '../../../src/volume/location.ts';
import { openStore } from '../../../src/volume/open-store.ts';
import { Failure } from '../../../src/words/failure.ts';
import { type CloudAnswer, type MockCloud, startMockCloud } from '../../stores/mock-cloud.ts';
import { STORE_OPTIONS } from '../store-options.ts';

/**
 * The identities that a pod gets from its cloud. The servers have their real names and are reached through the proxy of
 * HTTPS_PROXY. Only `--store-ca` makes their certificates trusted, also those of the servers that issue tokens.
 */
const NAMING = { name: 'b', stamp: 'yyyyMMdd', zone: 'UTC' };
const HOSTS = [
  'sts.eu-west-1.amazonaws.com',
  'backups.s3.eu-west-1.amazonaws.com',
  'login.microsoftonline.com',
  'account.blob.core.windows.net',
  'sts.googleapis.com',
  'storage.googleapis.com',
];
const json = (status: number, body: unknown): CloudAnswer => ({
  status,
  type: 'application/json',
  body: JSON.stringify(body),
});
const xml = (status: number, body: string): CloudAnswer => ({
  status,
  type: 'application/xml',
  body: `<?xml version="1.0"?>${body}`,
});

const folder = mkdtempSync(join(tmpdir(), 'identities-'));
const saved = { ...process.env };
let cloud: MockCloud;

before(async () => {
  cloud = await startMockCloud(...HOSTS);
  writeFileSync(join(folder, 'ca.pem'), cloud.caPem);
  writeFileSync(join(folder, 'token'), 'projected-token');
});
afterEach(() => {
  cloud.requests.length = 0;
  cloud.connections.length = 0;
});
after(async () => {
  for (const name of Object.keys(process.env)) if (!(name in saved)) delete process.env[name];
  Object.assign(process.env, saved);
  await cloud.close();
  rmSync(folder, { recursive: true });
});

async function list(location: string, environment: Readonly<Record<string, string>>) {
  for (const name of Object.keys(process.env))
    if (/^(AWS|AZURE|STORAGE|GOOGLE)_|_PROXY$/i.test(name)) delete process.env[name];
  Object.assign(process.env, environment, { HTTPS_PROXY: cloud.proxy, HOME: folder });
  const options = {
    ...STORE_OPTIONS,
    storeCa: join(folder, 'ca.pem'),
    requestTimeout: 10_000,
    retryFor: 0,
  };
  const store = await openStore(parseLocation(location), options, new AbortController().signal);
  return await store.list(NAMING);
}

async function assertExpired(listing: Promise<unknown>): Promise<void> {
  await assert.rejects(listing, (error) => {
    assert.ok(error instanceof Failure, String(error));
    assert.match(error.message, /: the credentials have expired \(/);
    assert.match(error.hint ?? '', /renew them/);
    assert.doesNotMatch(error.message, /projected-token/);
    return true;
  });
}

describe('IRSA', () => {
  const environment = () => ({
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/backup',
    AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'),
    AWS_REGION: 'eu-west-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  });

  it('exchanges the token of the pod for credentials of the role', async () => {
    const expiration = new Date(Date.now() + 3_600_000).toISOString();
    cloud.answer = ({ host }) =>
      host.startsWith('sts.')
        ? xml(
            200,
            `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>AKIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
          )
        : xml(200, '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>');
    assert.deepEqual(await list('s3://backups', environment()), []);
    const [sts, s3] = cloud.requests;
    assert.match(sts?.body ?? '', /WebIdentityToken=projected-token/);
    assert.equal(s3?.host, 'backups.s3.eu-west-1.amazonaws.com');
    assert.match(s3?.authorization ?? '', /Credential=AKIAROLE\//);
    assert.deepEqual(cloud.connections, [
      'sts.eu-west-1.amazonaws.com:443',
      'backups.s3.eu-west-1.amazonaws.com:443',
    ]);
  });

  it('says that the token has expired', async () => {
    cloud.answer = () =>
      xml(
        400,
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>ExpiredTokenException</Code><Message>Token expired: current date/time must be before the expiration date/time</Message></Error></ErrorResponse>',
      );
    await assertExpired(list('s3://backups', environment()));
  });
});

describe('workload identity of Azure', () => {
  const environment = () => ({
    AZURE_STORAGE_ACCOUNT: 'account',
    AZURE_CLIENT_ID: '00000000-0000-0000-0000-000000000001',
    AZURE_TENANT_ID: '00000000-0000-0000-0000-000000000002',
    AZURE_FEDERATED_TOKEN_FILE: join(folder, 'token'),
    AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.com/',
  });
  const isToken = (path: string) => path.split('?')[0]?.endsWith('/oauth2/v2.0/token') === true;
  const discovered = (path: string) => {
    const authority = 'https://login.microsoftonline.com/00000000-0000-0000-0000-000000000002';
    return path.includes('openid-configuration')
      ? json(200, {
          issuer: `${authority}/v2.0`,
          authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
          token_endpoint: `${authority}/oauth2/v2.0/token`,
          jwks_uri: `${authority}/discovery/v2.0/keys`,
        })
      : json(200, { tenant_discovery_endpoint: authority, metadata: [] });
  };

  it('exchanges the token of the pod for one of the application', async () => {
    cloud.answer = ({ host, path }) => {
      if (host.startsWith('account.'))
        return xml(200, '<EnumerationResults><Blobs></Blobs><NextMarker /></EnumerationResults>');
      return isToken(path)
        ? json(200, { token_type: 'Bearer', expires_in: 3600, access_token: 'of-the-application' })
        : discovered(path);
    };
    assert.deepEqual(await list('azblob://backups', environment()), []);
    const token = cloud.requests.find(({ path }) => isToken(path));
    assert.match(token?.body ?? '', /client_assertion=projected-token/);
    assert.equal(cloud.requests.at(-1)?.authorization, 'Bearer of-the-application');
  });

  it('says that the token has expired', async () => {
    cloud.answer = ({ path }) =>
      isToken(path)
        ? json(401, {
            error: 'invalid_client',
            error_description: 'AADSTS700024: Client assertion is not within its valid time range.',
          })
        : discovered(path);
    await assertExpired(list('azblob://backups', environment()));
  });
});

describe('workload identity of Google Cloud', () => {
  const environment = () => {
    writeFileSync(
      join(folder, 'google.json'),
      JSON.stringify({
        type: 'external_account',
        audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: 'https://sts.googleapis.com/v1/token',
        credential_source: { file: join(folder, 'token') },
      }),
    );
    return { GOOGLE_APPLICATION_CREDENTIALS: join(folder, 'google.json') };
  };

  it('exchanges the token of the pod for an access token', async () => {
    cloud.answer = ({ host }) =>
      host.startsWith('sts.')
        ? json(200, { access_token: 'of-google', token_type: 'Bearer', expires_in: 3600 })
        : json(200, {});
    assert.deepEqual(await list('gs://backups', environment()), []);
    assert.match(cloud.requests[0]?.body ?? '', /subject_token=projected-token/);
    assert.deepEqual(cloud.connections, ['sts.googleapis.com:443', 'storage.googleapis.com:443']);
    assert.equal(cloud.requests.at(-1)?.authorization, 'Bearer of-google');
  });

  it('says that the token has expired', async () => {
    cloud.answer = () =>
      json(400, { error: 'invalid_grant', error_description: 'The subject token is expired.' });
    await assertExpired(list('gs://backups', environment()));
  });
});
