import { SCRIPTS, SHELLS } from '../completion/scripts.ts';
import type { Ending } from '../exit.ts';
import { Failure } from '../words/failure.ts';
import type { Context } from './context.ts';

/** Prints the completion script of a shell; the script gets candidates from `openshift-backup __complete`. */
export async function completion({ config, print }: Context): Promise<Ending> {
  const [name, ...more] = config.args;
  const shell = SHELLS.find((each) => each === name);
  if (shell === undefined || more.length > 0) {
    const what =
      name === undefined ? 'needs the name of a shell' : `does not support ${config.args.join(' ')}`;
    throw new Failure(`completion ${what}`, `openshift-backup completion ${SHELLS.join('|')}`, 'usage');
  }
  print(SCRIPTS[shell]);
  return 'done';
}
