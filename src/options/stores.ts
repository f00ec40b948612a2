import { NAMING } from './commands.ts';
import { choice, optional } from './option.ts';

/** How buckets are reached. Credentials have no options: the clouds' libraries find them. */
export const STORES = {
  s3Endpoint: optional({
    flag: 's3-endpoint',
    placeholder: 'URL',
    help: 'server of s3:// buckets (default: AWS_ENDPOINT_URL_S3, ~/.aws, Amazon S3)',
    commands: NAMING,
    parse: parseEndpoint,
  }),
  s3Region: optional({
    flag: 's3-region',
    placeholder: 'REGION',
    help: 'region of s3:// buckets (default: AWS_REGION, ~/.aws, us-east-1)',
    commands: NAMING,
    parse: parseRegion,
  }),
  s3PathStyle: choice({
    flag: 's3-path-style',
    choices: ['auto', 'yes', 'no'],
    default: 'auto',
    help: 'put the bucket into the path instead of the host name; auto: yes if there is an endpoint',
    commands: NAMING,
  }),
  storeCa: optional({
    flag: 'store-ca',
    placeholder: 'FILE',
    help: 'file of CA certificates (PEM) that are trusted for buckets, in addition to those of the system',
    commands: NAMING,
    parse: (text) => text,
  }),
};

function parseEndpoint(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new Error('must be a URL such as https://s3.example.com');
  if (url.username !== '' || url.password !== '') throw new Error('must not contain credentials');
  if (url.search !== '' || url.hash !== '') throw new Error('must not contain ? or #');
  return text;
}

function parseRegion(text: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/i.test(text)) throw new Error('must be a region such as eu-central-1');
  return text;
}
