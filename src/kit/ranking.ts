import { scoreLocal } from '../core/bundle.ts';
import type { CandidateList } from '../core/candidate.ts';
import { gramInputs } from '../core/gram.ts';
import { itemHash, packCandidates } from '../core/packed-items.ts';
import { type Problem, createProblem, isProblem } from '../core/problem.ts';
import type { LeftOut, MomentRequest, RankReply, RankRequest } from '../core/protocol.ts';
import { createRankingLog } from '../core/ranking-log.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import { prepareBatch } from '../store/prepare-batch.ts';
import { VisitorReader } from '../store/visitor-reader.ts';
import type { BundleLoader } from './bundle-loader.ts';
import { ownTask } from './own-task.ts';
import type { RankerClient } from './ranker-client.ts';
import type { Settings } from './settings.ts';
import { within } from './within.ts';

/** The worker's part of the deadline; the rest is for the page to rank by itself. */
const WORKER_SHARE = 0.7;

export interface RankingInput {
  readonly list: CandidateList;
  readonly anchorItemId: string | undefined;
  /** Epoch ms. */
  readonly now: number;
  /** Of the rules that will be applied. */
  readonly windowsMs: readonly number[];
  /** Whether to answer what the model read as well. */
  readonly logs: boolean;
  readonly without: LeftOut | undefined;
  /** Whether `micro` is to answer, though a stronger engine runs. */
  readonly isSmall: boolean;
  readonly abort: AbortSignal | undefined;
  /** Of the slate's deadline, ms. */
  readonly leftMs: number;
}

/** Scores of one slate and where they came from. */
export interface Ranked extends RankReply {
  /** What is wrong beside `tierProblem`. */
  readonly problems: readonly Problem[];
  /** As it was ranked at; absent in the server's own order. */
  readonly moment?: MomentRequest;
}

export interface RankingOptions {
  readonly settings: Settings;
  readonly opened: Promise<OpenedStorage>;
  readonly loader: BundleLoader;
  /** Null where the page ranks by itself. */
  readonly client: RankerClient | null;
  /** Aborted when the kit is closed. */
  readonly closed: AbortSignal;
}

export const KIT_CLOSED = createProblem('kit_closed', 'the kit is closed; create another one');

/** The server's own order. */
export const serverRanked = (tierProblem?: Problem): Ranked => ({
  ...{ tier: 'server', scores: new Float32Array(), heads: [], modelId: '', problems: [] },
  ...{ signalAgeMs: null, serverLag: null, facts: null, bias: null, beforeSeq: 1 },
  ...(tierProblem && { tierProblem }),
});

const requestOf = ({ list, windowsMs, logs, isSmall }: RankingInput, moment: MomentRequest): RankRequest => ({
  ...{ candidates: packCandidates(list.items), moment, windowsMs, logs, isSmall },
});

/** Ranks within the deadline: by the worker, else by the page's own engines, else in the server's order. */
export class Ranking {
  readonly #options: RankingOptions;
  #reader: VisitorReader | null = null;

  constructor(options: RankingOptions) {
    this.#options = options;
  }

  /** What the page itself has read of the visitor. */
  forget(): void {
    this.#reader = null;
  }

  async rank(input: RankingInput): Promise<Ranked> {
    const { settings, closed } = this.#options;
    if (input.list.items.length === 0) return serverRanked();
    const ends = input.abort ? [closed, input.abort] : [closed];
    try {
      const ranked = await within(this.#rank(input), input.leftMs, ends);
      if (ranked === 'timeout') {
        return serverRanked(
          createProblem('worker_timeout', `no engine answered within ${String(settings.deadlineMs)} ms`),
        );
      }
      if (ranked !== 'aborted') return ranked;
      return serverRanked(closed.aborted ? KIT_CLOSED : createProblem('aborted', 'the call was aborted'));
    } catch (error) {
      return serverRanked(createProblem('storage_failed', `signals could not be read: ${String(error)}`));
    }
  }

  async #rank(input: RankingInput): Promise<Ranked> {
    const { client, opened, settings } = this.#options;
    const started = performance.now();
    const { problem } = await opened;
    const moment = this.#moment(input);
    // a worker cannot see a page's memory
    if (client === null || problem || settings.maxTier === 'server') return this.#rankHere(input, moment, problem);
    const left = input.leftMs * WORKER_SHARE - (performance.now() - started);
    // storage took the worker's share: no reason to think that the worker is dead
    if (left <= 0) return this.#rankHere(input, moment, createProblem('worker_timeout', 'no time was left to ask it'));
    const reply = await client.rank(requestOf(input, moment), left);
    if (isProblem(reply)) return this.#rankHere(input, moment, reply);
    const { tier, tierProblem } = reply;
    if (tier === 'server' && tierProblem) return this.#rankHere(input, moment, tierProblem);
    return { ...reply, moment, problems: this.#others(tierProblem) };
  }

  /** The page's own engines; `problem` is why the worker did not answer. */
  async #rankHere(input: RankingInput, moment: MomentRequest, problem: Problem | undefined): Promise<Ranked> {
    const { loader, settings } = this.#options;
    // another visitor's from now on may have none yet
    const reader = (this.#reader ??= await this.#createReader());
    await ownTask(input.list.items);
    const { batch, ...known } = await prepareBatch(reader, requestOf(input, moment));
    await ownTask(input.list.items);
    if (batch === null || settings.maxTier === 'server')
      return { ...serverRanked(), ...known, problems: this.#others(undefined, problem) };
    const models = loader.models();
    await ownTask(input.list.items);
    const scored = scoreLocal(batch, models, settings.maxTier === 'linear' ? 'linear' : 'micro');
    const { tier, modelId, scores, heads } = scored;
    // without a bundle the compiled-in weights are the best there is
    const tierProblem = settings.bundleUrl === null ? undefined : (problem ?? scored.problem);
    const problems = this.#others(tierProblem, problem, scored.problem);
    const ranking = input.logs ? { ranking: createRankingLog(gramInputs(batch)) } : {};
    const answer = { tier, modelId, scores, heads, ...known, ...ranking, moment, problems };
    return { ...answer, ...(tierProblem && { tierProblem }) };
  }

  async #createReader(): Promise<VisitorReader> {
    const { opened, settings } = this.#options;
    // where it cannot be fetched nothing adapts, and the slates say so
    const module = settings.adaptation ? await import('../core/adaptation.ts').catch(() => undefined) : undefined;
    const { storage } = await opened;
    return new VisitorReader(storage, { createAdaptation: module && (() => new module.Adaptation()) });
  }

  /** Everything else that is wrong with bundle, worker and engines. */
  #others(tierProblem: Problem | undefined, ...more: readonly (Problem | undefined)[]): Problem[] {
    const { loader, client } = this.#options;
    const all = [...loader.problems, client?.problem ?? undefined, ...more].filter((problem) => problem !== undefined);
    const named = new Map(all.map((problem) => [problem.code + problem.message, problem]));
    const isOther = ({ code, message }: Problem): boolean =>
      code !== 'engine_loading' && (code !== tierProblem?.code || message !== tierProblem.message);
    return [...named.values()].filter(isOther);
  }

  #moment({ list, anchorItemId, now, without }: RankingInput): MomentRequest {
    const anchor = anchorItemId ?? list.anchorItemId;
    return {
      now,
      utcOffsetMinutes: this.#options.settings.utcOffsetMinutes(now),
      isPhone: matchMedia('(pointer: coarse) and (max-width: 767px)').matches,
      // the component does not say yet how many cards are visible at once
      slotWidth: 0,
      anchor: anchor === undefined ? 0 : itemHash(anchor),
      serverSeenAt: list.serverSeenAt ?? null,
      without,
    };
  }
}
