import { type CliRun, runCli, Volume } from '../cluster/run-cli.ts';
import { controlPlaneBinaries } from '../support/binaries.ts';
import { isJsonObject, type JsonObject, listAt, textAt } from '../support/kube-object.ts';

/** A rehearsal that has been run with `-o json`. */
export interface Rehearsed extends CliRun {
  readonly result: JsonObject;
}

/** Runs `rehearse -o json WORDS` with the programs of the tests. */
export async function rehearse(volume: Volume, ...words: string[]): Promise<Rehearsed> {
  const assets = await controlPlaneBinaries();
  const run = await runCli(['rehearse', ...words, '--assets', assets, '--volume', volume.path, '-o', 'json']);
  const result: unknown = run.stdout === '' ? {} : JSON.parse(run.stdout);
  if (!isJsonObject(result)) throw new Error(`no result: ${run.stderr}`);
  return { ...run, result };
}

/** `PROJECT/TYPE/NAME` of the objects of an outcome. */
export function placesOf(result: JsonObject, outcome: 'differs' | 'refused'): string[] {
  return listAt(result, outcome)
    .map((each) => ['project', 'type', 'name'].map((key) => textAt(each, key)).join('/'))
    .sort();
}

export { Volume };
