import type { Agent as HttpAgent } from 'node:http';
import { Readable } from 'node:stream';
import { DefaultAzureCredential } from '@azure/identity';
import {
  AnonymousCredential,
  BlobServiceClient,
  type ContainerClient,
  newPipeline,
  type RequestPolicyFactory,
  RestError,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { Failure } from '../../words/failure.ts';
import type { Agents } from './agents.ts';
import {
  type Attempt,
  type Bucket,
  BucketError,
  type BucketObject,
  type BucketPage,
  type BucketTrouble,
  wholeBody,
} from './bucket.ts';
import { transportError } from './transport-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A client for one container of Azure Blob Storage. AZURE_STORAGE_CONNECTION_STRING names account and key; otherwise
 * AZURE_STORAGE_ACCOUNT names the account, and credentials are AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN, or those
 * that Azure's library finds: environment, workload identity, managed identity, az login.
 *
 * @throws Failure (usage) if no account is given, or the connection string is invalid
 */
export function azureBucket(container: string, agents: Agents, environment: Environment): AzureBucket {
  return new AzureBucket(serviceClient(agents, environment).getContainerClient(container));
}

function serviceClient(agents: Agents, environment: Environment): BlobServiceClient {
  const { url, credential } = accountOf(agents, environment);
  // The class Requests repeats requests and limits their time.
  const pipeline = newPipeline(credential, { retryOptions: { maxTries: 1 } });
  pipeline.factories.push(connectionsBy(agents));
  return new BlobServiceClient(url, pipeline);
}

interface Account {
  readonly url: string;
  readonly credential: Parameters<typeof newPipeline>[0];
}

function accountOf(agents: Agents, environment: Environment): Account {
  const {
    AZURE_STORAGE_CONNECTION_STRING: connection,
    AZURE_STORAGE_ACCOUNT: account,
    AZURE_STORAGE_KEY: key,
    AZURE_STORAGE_SAS_TOKEN: sas,
    AZURE_STORAGE_SERVICE_ENDPOINT: endpoint,
    AZURE_STORAGE_DOMAIN: domain,
  } = environment;
  if (connection) {
    try {
      return BlobServiceClient.fromConnectionString(connection);
    } catch {
      // The message of the library may contain the key.
      throw new Failure('AZURE_STORAGE_CONNECTION_STRING is not a valid connection string', null, 'usage');
    }
  }
  if (!account && !endpoint)
    throw new Failure(
      'azblob:// needs a storage account',
      'set AZURE_STORAGE_ACCOUNT, or AZURE_STORAGE_CONNECTION_STRING',
      'usage',
    );
  const url = endpoint || `https://${account}.${domain || 'blob.core.windows.net'}`;
  if (key && account) return { url, credential: new StorageSharedKeyCredential(account, key) };
  if (sas) return { url: `${url}?${sas.replace(/^\?/, '')}`, credential: new AnonymousCredential() };
  return { url, credential: foundCredential(agents) };
}

/** The credential that Azure's library finds. Its requests use the same connections. */
function foundCredential(agents: Agents): DefaultAzureCredential {
  const policy: IdentityPolicy = {
    name: 'connections',
    sendRequest: (request, next) => {
      request.agent = agentFor(request.url, agents);
      return next(request);
    },
  };
  return new DefaultAzureCredential({
    additionalPolicies: [{ policy, position: 'perCall' }],
    retryOptions: { maxRetries: 0 },
  });
}

type IdentityOptions = NonNullable<ConstructorParameters<typeof DefaultAzureCredential>[0]>;
type IdentityPolicy = NonNullable<IdentityOptions['additionalPolicies']>[number]['policy'];

function connectionsBy(agents: Agents): RequestPolicyFactory {
  return {
    create: (next) => ({
      sendRequest: (request) => {
        request.agent = agentFor(request.url, agents);
        return next.sendRequest(request);
      },
    }),
  };
}

function agentFor(url: string, { http, https }: Agents): HttpAgent {
  return url.startsWith('http:') ? http : https;
}

/** See azureBucket. */
export class AzureBucket implements Bucket {
  readonly container: ContainerClient;

  constructor(container: ContainerClient) {
    this.container = container;
  }

  async list(prefix: string, page: string | null, { signal }: Attempt): Promise<BucketPage> {
    const pages = this.container
      .listBlobsByHierarchy('/', { prefix, abortSignal: signal })
      .byPage(page === null ? {} : { continuationToken: page });
    for await (const { segment, continuationToken } of pages) {
      const objects = segment.blobItems.flatMap(({ name, properties }) => {
        const { contentLength, etag } = properties;
        return contentLength === undefined
          ? []
          : [{ key: name, bytes: contentLength, version: quoted(etag) }];
      });
      return { objects, next: continuationToken || null };
    }
    throw new BucketError('broken', 'the listing has no page');
  }

  async head(key: string, { signal }: Attempt): Promise<BucketObject | null> {
    try {
      const client = this.container.getBlobClient(key);
      const { contentLength, etag } = await client.getProperties({ abortSignal: signal });
      if (contentLength === undefined || etag === undefined)
        throw new BucketError('other', 'the server sends no size or no ETag');
      return { key, bytes: contentLength, version: quoted(etag) };
    } catch (error) {
      if (error instanceof RestError && error.statusCode === 404 && error.code !== 'ContainerNotFound')
        return null;
      throw error;
    }
  }

  async read(object: BucketObject, start: number, length: number, attempt: Attempt): Promise<Buffer> {
    const { readableStreamBody } = await this.container.getBlobClient(object.key).download(start, length, {
      abortSignal: attempt.signal,
      conditions: { ifMatch: object.version },
      maxRetryRequests: 0,
    });
    attempt.alive();
    if (!(readableStreamBody instanceof Readable))
      throw new BucketError('other', 'the server sends no content');
    return await wholeBody(readableStreamBody, length, attempt.alive);
  }

  async put(key: string, content: Uint8Array, { signal }: Attempt): Promise<void> {
    await this.container.getBlockBlobClient(key).upload(Buffer.from(content), content.length, {
      abortSignal: signal,
      blobHTTPHeaders: { blobContentType: 'application/json' },
    });
  }

  async remove(key: string, { signal }: Attempt): Promise<void> {
    await this.container.getBlobClient(key).deleteIfExists({ abortSignal: signal });
  }

  errorOf(error: unknown): BucketError {
    const transport = transportError(error);
    if (transport !== null) return transport;
    if (!(error instanceof Error)) return new BucketError('other', String(error));
    const { name, message } = error;
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    const status = 'statusCode' in error ? Number(error.statusCode) : 0;
    // The other lines have the time and the ID of the request.
    const [first = ''] = message.split('\n', 1);
    const detail = code === '' || first.includes(code) ? first : `${code}: ${first}`;
    if (
      /^(CredentialUnavailable|AuthenticationRequired|Authentication|AggregateAuthentication)Error$/.test(
        name,
      )
    )
      return credentialError(error);
    return new BucketError(troubleOf(code, message, status), detail);
  }
}

/** The library tries several credentials. The first one that exists tells what is wrong. */
function credentialError(error: Error): BucketError {
  const tried: unknown[] = 'errors' in error && Array.isArray(error.errors) ? error.errors : [error];
  const found = tried.find((each) => each instanceof Error && each.name !== 'CredentialUnavailableError');
  if (!(found instanceof Error)) return new BucketError('no-credentials', '');
  const transport = transportError(found);
  if (transport !== null) return transport;
  const [first = ''] = found.message.split('\n', 1);
  // The instance metadata service of a machine that is not in Azure.
  if (/network_error/.test(first)) return new BucketError('no-credentials', '');
  return new BucketError(EXPIRED.test(found.message) ? 'expired' : 'bad-credentials', first);
}

/** Codes of Microsoft Entra ID for a client secret and for an assertion that have expired. */
const EXPIRED = /expired|AADSTS7000222|AADSTS700024/i;

/** Codes of the service (learn.microsoft.com/rest/api/storageservices/blob-service-error-codes). */
const CODES: Readonly<Record<string, BucketTrouble>> = {
  ContainerNotFound: 'no-bucket',
  ContainerBeingDeleted: 'no-bucket',
  ContainerDisabled: 'no-bucket',
  BlobNotFound: 'changed',
  ConditionNotMet: 'changed',
  InvalidRange: 'changed',
  AuthenticationFailed: 'bad-credentials',
  InvalidAuthenticationInfo: 'bad-credentials',
  NoAuthenticationInformation: 'bad-credentials',
  AuthorizationFailure: 'denied',
  AuthorizationPermissionMismatch: 'denied',
  InsufficientAccountPermissions: 'denied',
  AccountIsDisabled: 'denied',
  ServerBusy: 'busy',
  InternalError: 'busy',
  OperationTimedOut: 'busy',
};

function troubleOf(code: string, message: string, status: number): BucketTrouble {
  // For an expired SAS token or a wrong clock, there is no separate code, only the message.
  if (
    code === 'AuthenticationFailed' &&
    /Signature not valid in the specified time frame|expired/i.test(message)
  )
    return 'expired';
  const known = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  if (known !== undefined) return known;
  if (status === 401) return 'bad-credentials';
  if (status === 403) return 'denied';
  if (status === 412 || status === 416) return 'changed';
  if (status === 429 || status >= 500) return 'busy';
  return 'other';
}

/** Listings leave out the quotes that conditions need. */
function quoted(etag: string): string {
  return /^(W\/)?"/.test(etag) ? etag : `"${etag}"`;
}
