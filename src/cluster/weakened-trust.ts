import type { Environment } from './kubeconfig.ts';

/**
 * Takes out of the environment what would make TLS less safe without a word. Connections
 * of ours do not go by it, but Node would say that they do, and a proxy's would.
 *
 * @param environment what the run was given
 * @param own of this process, from which it is taken away
 * @returns a sentence for each thing that somebody has set
 */
export function takeWeakenedTrust(environment: Environment, own: NodeJS.ProcessEnv): string[] {
  const warnings: string[] = [];
  if (environment.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    warnings.push(
      'NODE_TLS_REJECT_UNAUTHORIZED=0 is set and has no effect: certificates are verified all the same. NODE_EXTRA_CA_CERTS adds a CA, certificate-authority in the kubeconfig names one',
    );
    delete own.NODE_TLS_REJECT_UNAUTHORIZED;
  }
  const options = environment.NODE_OPTIONS ?? '';
  if (/--tls-min-v1\.[01]\b/.test(options))
    warnings.push(
      'NODE_OPTIONS lowers the version of TLS, which has no effect: TLS 1.2 is the oldest that is used',
    );
  if (/--tls-keylog\b/.test(options))
    warnings.push('NODE_OPTIONS has --tls-keylog: whoever reads that file can decrypt what this run sends');
  return warnings;
}
