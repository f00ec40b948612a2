import { ApiError } from '../cluster/api-error.ts';
import { collectionOf } from '../cluster/served.ts';
import { type Created, itemPath } from '../cluster/write.ts';
import type { Item } from '../restoration/item.ts';
import { BY_PREFERENCE } from '../restoration/outcome.ts';
import { excludedBy } from '../restoration/preferred.ts';
import { printFields } from '../restoration/print.ts';
import { type Note, rewrite } from '../restoration/rewrite.ts';
import type { Surroundings } from '../restoration/surroundings.ts';
import type { Circumstances } from './circumstances.ts';
import { type ExistingObjects, unchecked } from './existing.ts';
import type { LateOwners } from './late-owners.ts';
import type { Refusals } from './refusals.ts';
import { type Attempt, ended, failedForNow, outcomeOf, type Sending } from './sending.ts';
import { failureText, warningNotes } from './server-said.ts';
import type { Ground, RestoreOptions } from './settings.ts';
import { statusPatch, writeStatus } from './status.ts';

/** What a restorer works with. */
export interface Tools {
  readonly ground: Ground;
  readonly options: RestoreOptions;
  readonly surroundings: Surroundings;
  readonly refusals: Refusals;
  readonly circumstances: Circumstances;
  readonly existing: ExistingObjects;
  readonly owners: LateOwners;
}

/** A deletion that is waited for makes room once; who finds the place taken again looks again later. */
const LOOKS = 3;
const REFUSALS = new Set([400, 403, 422, 500]);

/** Restores one object at a time: exclude → rewrite → relink → send → settle. */
export class Restorer {
  readonly #tools: Tools;
  /** Paths of what this run has made, so that a second look does not call it somebody else's. */
  readonly #own = new Set<string>();

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  /**
   * What became of an object of the archive.
   *
   * @param needed it is not changed where it is there
   * @throws nothing but defects and the signal's reason
   */
  async restore(item: Item, needed: boolean): Promise<Attempt> {
    const { options, surroundings } = this.#tools;
    const unwanted = options.preference === null ? null : excludedBy(options.preference, item);
    if (unwanted !== null) return excluded(item, BY_PREFERENCE, unwanted);
    const rewriting = rewrite(item, options.rewriting, surroundings);
    if (rewriting.kind === 'excluded') return excluded(item, rewriting.rule, rewriting.reason);
    const from = rewriting.item.project === item.project ? null : item.project;
    const status = options.hasStatus(item.type) ? statusPatch(item) : null;
    try {
      return await this.#put(rewriting.item, rewriting.notes, { from, status, needed });
    } catch (error) {
      const reason = failureText(error, item.type);
      const missed = options.apply ? null : this.#tools.circumstances.whyMissed(reason);
      const notes = [...rewriting.notes, ...(missed === null ? [] : [unchecked(missed)])];
      const told = missed === null ? { reason, notes } : { notes };
      const outcome = outcomeOf(rewriting.item, from, missed === null ? 'failed' : 'created', told);
      return { outcome, again: missed === null };
    }
  }

  async #put(
    wanted: Item,
    notes: readonly Note[],
    told: Pick<Sending, 'from' | 'status' | 'needed'>,
  ): Promise<Attempt> {
    const { from } = told;
    const { ground, options, circumstances, refusals, owners } = this.#tools;
    const served = await ground.types.find(wanted.apiVersion, wanted.type.split('.', 1)[0] ?? '');
    const why = options.apply ? null : circumstances.whyUnchecked(wanted, served !== null);
    if (why !== null) {
      const told = { notes: [...notes, unchecked(why)] };
      return { outcome: outcomeOf(wanted, from, 'created', told), again: false };
    }
    if (served === null) {
      const reason = `the server does not serve ${wanted.type} in version ${wanted.apiVersion}`;
      return { outcome: outcomeOf(wanted, from, 'failed', { notes, reason }), again: true };
    }
    const collection = collectionOf(served, wanted.project);
    const path = itemPath(collection, wanted.name);
    const relinked = await owners.relink(wanted, path);
    const { item } = relinked;
    const body = printFields(item.fields);
    const all = [...notes, ...relinked.notes];
    const sending: Sending = { item, served, collection, path, body, notes: all, ...told };
    const missing = refusals.reason(item, 'create');
    return missing === null ? await this.#create(sending) : await this.#withoutCreating(sending, missing);
  }

  async #create(sending: Sending): Promise<Attempt> {
    const { ground, options, refusals, existing } = this.#tools;
    const { path } = sending;
    for (let look = 0; look < LOOKS; look++) {
      const made = await this.#sent(sending);
      if (made.kind === 'created') {
        const warned = warningNotes(made.warnings, sending.item.type);
        if (!options.apply) return ended(sending, 'created', { notes: warned });
        if (sending.status !== null) this.#own.add(path);
        const notes = await writeStatus(ground, refusals, sending);
        return ended(sending, 'created', { notes: [...warned, ...notes] });
      }
      if (made.ours) this.#own.add(path);
      const there = await ground.writer.read(path);
      const settled = there === null ? null : await existing.settle(sending, there, this.#own.has(path));
      if (settled !== null) return settled;
    }
    return failedForNow(sending, 'it comes and goes: somebody else makes and deletes it');
  }

  /**
   * That a quota is full, a port taken or a webhook not there is told before that the
   * object itself is there: who is refused looks whether it is.
   */
  async #sent({ collection, path, item, body }: Sending): Promise<Created> {
    const { writer } = this.#tools.ground;
    try {
      return await writer.create(collection, item.name, body);
    } catch (error) {
      if (!(error instanceof ApiError) || !REFUSALS.has(error.status)) throw error;
      const there = await writer.read(path).catch(() => null);
      if (there === null) throw error;
      return { kind: 'exists', ours: false };
    }
  }

  /** Who may not create can still tell what is there. */
  async #withoutCreating(sending: Sending, missing: string): Promise<Attempt> {
    const { ground, refusals, existing } = this.#tools;
    const blind = refusals.reason(sending.item, 'get') !== null;
    const there = blind ? null : await ground.writer.read(sending.path);
    const settled = there === null ? null : await existing.settle(sending, there, false);
    return settled ?? ended(sending, 'failed', { reason: missing });
  }
}

function excluded(item: Item, rule: string, reason: string): Attempt {
  return { outcome: outcomeOf(item, null, 'excluded', { rule, reason }), again: false };
}
