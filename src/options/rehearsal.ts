import { parseDuration } from '../words/duration.ts';
import type { CommandName } from './commands.ts';
import { optional, turnsOn, withDefault } from './option.ts';

const REHEARSE: readonly CommandName[] = ['rehearse'];

/** How a rehearsal runs. */
export const REHEARSAL = {
  assets: optional({
    flag: 'assets',
    placeholder: 'DIR',
    help: 'directory of the programs etcd and kube-apiserver (default: KUBEBUILDER_ASSETS, or next to this program)',
    commands: REHEARSE,
    parse: (text) => text,
  }),
  keep: turnsOn({
    flag: 'keep',
    help: 'keep the API server with the restored objects running until Ctrl-C, and print its kubeconfig',
    commands: REHEARSE,
  }),
  timeout: withDefault({
    flag: 'timeout',
    placeholder: 'TIME',
    default: '1h',
    help: 'give up the rehearsal of an archive after this time (90m, 2h)',
    commands: REHEARSE,
    parse: parseDuration,
  }),
};
