import { createReadStream } from 'node:fs';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

// The floor of bench/upload.ts: the SDK's own upload of a file, with its defaults. Arguments: endpoint, bucket, key, file.
const [, , endpoint = '', Bucket = '', Key = '', file = ''] = process.argv;
const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
await new Upload({ client, params: { Bucket, Key, Body: createReadStream(file) } }).done();
client.destroy();
