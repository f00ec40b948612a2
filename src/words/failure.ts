/**
 * An end of the run that the user can act on. `message` says what happened and
 * to what, `hint` what to do. `ending` is `usage` where a retry cannot mend it
 * (wrong options, wrong configuration), else `failed`. Anything else that is
 * thrown is a defect of ours and is printed with its stack.
 */
export class Failure extends Error {
  readonly hint: string | null;
  readonly ending: 'usage' | 'failed';

  constructor(message: string, hint: string | null = null, ending: 'usage' | 'failed' = 'failed') {
    super(message);
    this.name = 'Failure';
    this.hint = hint;
    this.ending = ending;
  }
}
