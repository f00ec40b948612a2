import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { StoreOptions } from '../archive-store.ts';
import type { Agents } from './agents.ts';
import {
  type Attempt,
  type Bucket,
  BucketError,
  type BucketObject,
  type BucketPage,
  type BucketTrouble,
  boundedAnswer,
  wholeBody,
} from './bucket.ts';
import { transportError } from './transport-error.ts';

/** Servers other than Amazon's accept any region; most expect this one in signatures. */
const FALLBACK_REGION = 'us-east-1';

const ignore = () => {};
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/**
 * A client for one bucket of S3 or a compatible server. Credentials, and what no option gives, come from where the
 * SDK looks for them: environment, ~/.aws, web identity, instance roles.
 */
export async function s3Bucket(
  bucket: string,
  options: StoreOptions,
  agents: Agents,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<S3Bucket> {
  const { s3Endpoint, s3Region, s3PathStyle } = options;
  const isCustom =
    s3Endpoint !== null || Boolean(environment.AWS_ENDPOINT_URL_S3 || environment.AWS_ENDPOINT_URL);
  const config = {
    ...(s3Endpoint === null ? {} : { endpoint: s3Endpoint }),
    // Host names of buckets need DNS records and certificates, which few servers other than Amazon's have.
    forcePathStyle: s3PathStyle === 'auto' ? isCustom : s3PathStyle === 'yes',
    followRegionRedirects: true,
    // Many servers support neither the checksums that the SDK adds by default nor their trailers.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // The class Requests repeats requests and limits their time.
    maxAttempts: 1,
    // Without one, the SDK writes warnings to stderr.
    logger: SILENT,
    requestHandler: { httpAgent: agents.http, httpsAgent: agents.https },
  } as const;
  const region = s3Region ?? (await knownRegion(new S3Client(config)));
  const client = new S3Client({ ...config, region });
  boundAnswers(client);
  return new S3Bucket(client, bucket);
}

/** Limits the length of answers, which the SDK does not. wholeBody limits the content of objects. */
function boundAnswers(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = await next(args);
        const { response } = result;
        if (isStreamed(response) && (commandName !== 'GetObjectCommand' || response.statusCode >= 300))
          response.body = Readable.from(boundedAnswer(response.body));
        return result;
      },
    { step: 'deserialize', priority: 'low', name: 'boundAnswers', override: true },
  );
}

function isStreamed(response: unknown): response is { statusCode: number; body: Readable } {
  const { statusCode, body } = Object(response);
  return typeof statusCode === 'number' && body instanceof Readable;
}

/** The region of the environment or of ~/.aws. */
async function knownRegion(client: S3Client): Promise<string> {
  try {
    return await client.config.region();
  } catch {
    return FALLBACK_REGION;
  } finally {
    client.destroy();
  }
}

/** See s3Bucket. */
export class S3Bucket implements Bucket {
  readonly client: S3Client;
  readonly bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.client = client;
    this.bucket = bucket;
  }

  async list(prefix: string, page: string | null, { signal }: Attempt): Promise<BucketPage> {
    const command = new ListObjectsV2Command({
      Bucket: this.bucket,
      Prefix: prefix,
      Delimiter: '/',
      ...(page === null ? {} : { ContinuationToken: page }),
    });
    const { Contents, IsTruncated, NextContinuationToken } = await this.client.send(command, {
      abortSignal: signal,
    });
    if (IsTruncated === true && !NextContinuationToken)
      throw new BucketError('broken', 'the listing breaks off');
    const objects = (Contents ?? []).flatMap(({ Key, Size, ETag }) =>
      Key === undefined || Size === undefined || ETag === undefined
        ? []
        : [{ key: Key, bytes: Size, version: ETag }],
    );
    return { objects, next: IsTruncated === true ? (NextContinuationToken ?? null) : null };
  }

  async head(key: string, { signal }: Attempt): Promise<BucketObject | null> {
    try {
      const command = new HeadObjectCommand({ Bucket: this.bucket, Key: key });
      const found = await this.client.send(command, { abortSignal: signal });
      const { ContentLength, ETag } = found;
      if (ContentLength === undefined || ETag === undefined)
        throw new BucketError('other', 'the server sends no size or no ETag');
      return { key, bytes: ContentLength, version: ETag };
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === 'NotFound') return null;
      throw error;
    }
  }

  async read(object: BucketObject, start: number, length: number, attempt: Attempt): Promise<Buffer> {
    const { Body } = await this.client.send(
      new GetObjectCommand({
        Bucket: this.bucket,
        Key: object.key,
        Range: `bytes=${start}-${start + length - 1}`,
        IfMatch: object.version,
      }),
      { abortSignal: attempt.signal },
    );
    attempt.alive();
    if (!(Body instanceof Readable)) throw new BucketError('other', 'the server sends no content');
    return await wholeBody(Body, length, attempt.alive);
  }

  async put(key: string, content: Uint8Array, { signal }: Attempt): Promise<void> {
    const input = { Bucket: this.bucket, Key: key, Body: content, ContentType: 'application/json' };
    // Required in a bucket with object lock; every server knows it.
    const ContentMD5 = createHash('md5').update(content).digest('base64');
    await this.client.send(new PutObjectCommand({ ...input, ContentMD5 }), { abortSignal: signal });
  }

  async remove(key: string, { signal }: Attempt): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key }), {
      abortSignal: signal,
    });
  }

  errorOf(error: unknown): BucketError {
    const transport = transportError(error);
    if (transport !== null) return transport;
    if (!(error instanceof Error)) return new BucketError('other', String(error));
    const { name } = error;
    // The rest of the message is advice for programmers.
    const [message = ''] = error.message.split('\n  Deserialization error', 1);
    const detail =
      message === '' || message === name ? name : name === 'Error' ? message : `${name}: ${message}`;
    return new BucketError(troubleOf(name, message, statusOf(error)), detail);
  }
}

/** Codes of S3 and STS (docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html), and names of the SDK. */
const CODES: Readonly<Record<string, BucketTrouble>> = {
  NoSuchBucket: 'no-bucket',
  NoSuchKey: 'changed',
  NoSuchVersion: 'changed',
  PreconditionFailed: 'changed',
  InvalidRange: 'changed',
  AccessDenied: 'denied',
  AccessDeniedException: 'denied',
  AllAccessDisabled: 'denied',
  AccountProblem: 'denied',
  CredentialsProviderError: 'no-credentials',
  InvalidAccessKeyId: 'bad-credentials',
  InvalidClientTokenId: 'bad-credentials',
  InvalidIdentityToken: 'bad-credentials',
  InvalidIdentityTokenException: 'bad-credentials',
  InvalidSecurity: 'bad-credentials',
  InvalidToken: 'bad-credentials',
  SignatureDoesNotMatch: 'bad-credentials',
  UnrecognizedClientException: 'bad-credentials',
  ExpiredToken: 'expired',
  ExpiredTokenException: 'expired',
  TokenRefreshRequired: 'expired',
  RequestExpired: 'clock',
  RequestTimeTooSkewed: 'clock',
  AuthorizationHeaderMalformed: 'wrong-region',
  IllegalLocationConstraintException: 'wrong-region',
  PermanentRedirect: 'wrong-region',
  TemporaryRedirect: 'busy',
  SlowDown: 'busy',
  RequestTimeout: 'busy',
  InternalError: 'busy',
  ServiceUnavailable: 'busy',
  TooManyRequests: 'busy',
  Throttling: 'busy',
  ThrottlingException: 'busy',
};

function troubleOf(code: string, message: string, status: number): BucketTrouble {
  const known = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  if (known !== undefined) return known;
  if (status === 412) return 'changed';
  if (status === 301 || status === 307) return 'wrong-region';
  if (status === 401) return 'bad-credentials';
  // Answers to HEAD have no body, and so no code.
  if (status === 403) return 'denied';
  if (status === 429 || status >= 500) return 'busy';
  return /region/i.test(message) ? 'wrong-region' : 'other';
}

function statusOf(error: Error): number {
  return error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0;
}
