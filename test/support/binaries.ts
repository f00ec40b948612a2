import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROVIDE = fileURLToPath(new URL('../control-plane/provide.sh', import.meta.url));

/**
 * The directory that holds etcd, kube-apiserver and kubectl. The first call on a machine downloads or builds
 * them, which takes minutes and is told on stderr. Throws an Error where neither is possible.
 */
export async function controlPlaneBinaries(): Promise<string> {
  const providing = promisify(execFile)('bash', [PROVIDE]);
  providing.child.stderr?.pipe(process.stderr);
  const { stdout } = await providing;
  return stdout.trim();
}
