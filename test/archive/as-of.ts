import { createHash } from 'node:crypto';
import { makeZip } from './zip-maker.ts';
import { contentsOf } from './zip-tools.ts';

/** The bytes of an archive as it would be if its backup had started at another time. */
export async function archiveAsOf(path: string, startedAt: Date): Promise<Buffer> {
  const contents = await contentsOf(path);
  const manifest = Buffer.from(
    JSON.stringify({ ...JSON.parse(String(contents.get('manifest.json'))), startedAt }),
  );
  const sums = String(contents.get('SHA256SUMS')).replace(
    /^[0-9a-f]{64}(?= {2}manifest\.json$)/m,
    createHash('sha256').update(manifest).digest('hex'),
  );
  contents.set('manifest.json', manifest).set('SHA256SUMS', Buffer.from(sums));
  return makeZip([...contents].map(([name, content]) => ({ name, content, mode: 0o100600 })));
}
