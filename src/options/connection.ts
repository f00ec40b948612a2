import { CONNECTED, NAMING } from './commands.ts';
import { optional, withDefault } from './option.ts';
import { seconds } from './values.ts';

/** Commands that send requests, to a cluster or to a bucket. */
const REQUESTING = [...new Set([...CONNECTED, ...NAMING])];

/** How the cluster is reached. */
export const CONNECTION = {
  kubeconfig: optional({
    flag: 'kubeconfig',
    placeholder: 'FILE',
    help: 'kubeconfig file, or - for stdin (default: KUBECONFIG, ~/.kube/config, the service account of the pod)',
    commands: CONNECTED,
    parse: (text) => text,
  }),
  context: optional({
    flag: 'context',
    placeholder: 'NAME',
    help: 'context of the kubeconfig (default: its current context)',
    commands: CONNECTED,
    parse: (text) => text,
  }),
  requestTimeout: withDefault({
    flag: 'request-timeout',
    placeholder: 'SECONDS',
    default: '30',
    help: 'give up on a request after this time without data',
    commands: REQUESTING,
    parse: seconds(1),
  }),
  retryFor: withDefault({
    flag: 'retry-for',
    placeholder: 'SECONDS',
    default: '60',
    help: 'retry 429, 5xx and broken connections for this time',
    commands: REQUESTING,
    parse: seconds(0),
  }),
};
