/**
 * A failure of the run that the user can act on. `message` says what happened and
 * to what, `hint` what to do. `ending` is `usage` if a retry cannot help (wrong options,
 * wrong configuration), else `failed`. Any other error is a defect and is printed with
 * its stack.
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
