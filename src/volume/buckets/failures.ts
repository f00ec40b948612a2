import { Failure } from '../../words/failure.ts';
import type { BucketLocation, BucketScheme } from '../location.ts';
import type { BucketError, BucketTrouble } from './bucket.ts';

interface Words {
  readonly bucket: string;
  readonly credentials: string;
  readonly readPermissions: string;
  readonly writePermissions: string;
  readonly endpoint: string;
}

const WORDS: Readonly<Record<BucketScheme, Words>> = {
  s3: {
    bucket: 'bucket',
    credentials: 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, ~/.aws, or a role of the pod (IRSA)',
    readPermissions: 's3:ListBucket on the bucket and s3:GetObject on its objects',
    writePermissions:
      's3:ListBucket on the bucket, and s3:PutObject and s3:GetObject on its objects (docs/buckets.md has the policy)',
    endpoint: '--s3-endpoint and --s3-region',
  },
  azblob: {
    bucket: 'container',
    credentials:
      'AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT with a workload identity or az login',
    readPermissions: 'the role Storage Blob Data Reader',
    writePermissions: 'the role Storage Blob Data Contributor',
    endpoint: 'AZURE_STORAGE_ACCOUNT',
  },
  gs: {
    bucket: 'bucket',
    credentials:
      'GOOGLE_APPLICATION_CREDENTIALS, a workload identity, or gcloud auth application-default login',
    readPermissions: 'storage.objects.list and storage.objects.get (roles/storage.objectViewer)',
    writePermissions:
      'storage.objects.list, get and create (roles/storage.objectUser, which can also delete)',
    endpoint: 'access to storage.googleapis.com',
  },
};

/** The reason of a failed request, and a hint. */
export function explained(
  error: BucketError,
  { scheme, bucket }: BucketLocation,
  access: 'read' | 'write' = 'read',
): { reason: string; hint: string } {
  const words = WORDS[scheme];
  const said = error.message === '' ? '' : ` (${error.message})`;
  const causes: Readonly<Record<BucketTrouble, readonly [reason: string, hint: string]>> = {
    'no-bucket': [
      `the ${words.bucket} ${bucket} does not exist${said}`,
      `check its name, the account and ${words.endpoint}`,
    ],
    'no-object': ['it does not exist', 'openshift-backup list --volume URL lists the archives'],
    changed: ['it was replaced or removed while it was read', 'run the command again'],
    denied: [
      `access denied${said}`,
      `the credentials need ${access === 'read' ? words.readPermissions : words.writePermissions}`,
    ],
    'no-credentials': [`no credentials were found${said}`, `provide them: ${words.credentials}`],
    'bad-credentials': [`the credentials were refused${said}`, `check them: ${words.credentials}`],
    expired: [`the credentials have expired${said}`, `renew them: ${words.credentials}`],
    clock: [`the clock of this machine differs too much from the server's${said}`, 'synchronize the clock'],
    'wrong-region': [`the region is wrong${said}`, 'set the region of the bucket with --s3-region'],
    busy: [`the server is overloaded or failing${said}`, 'try again later'],
    'no-dns': [`the host name cannot be resolved${said}`, `check ${words.endpoint}, and DNS`],
    refused: [
      `no connection${said}`,
      `check ${words.endpoint}, and that a firewall or NetworkPolicy permits it`,
    ],
    broken: [
      `the connection broke${said}`,
      'try again; if it happens again, check the network and its proxy',
    ],
    silent: [
      `the server does not answer${said}`,
      `check ${words.endpoint}, the network and its proxy; --request-timeout sets the limit`,
    ],
    untrusted: [
      `the server's certificate is not trusted${said}`,
      'name the file with its CA with --store-ca, and check that the endpoint is the right one',
    ],
    other: [`the server refused the request${said}`, `check the ${words.bucket} and ${words.endpoint}`],
  };
  const [reason, hint] = causes[error.trouble];
  return { reason, hint };
}

/** A failed request as a message for the user. @param what the failed action: `cannot list` */
export function bucketFailure(
  what: string,
  error: BucketError,
  location: BucketLocation,
  access: 'read' | 'write' = 'read',
): Failure {
  const { reason, hint } = explained(error, location, access);
  return new Failure(`${what} ${location.text}: ${reason}`, hint);
}
