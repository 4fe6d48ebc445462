import { windowsOf } from '../core/apply-rules.ts';
import { type CandidateList, type ParsedCandidates, parseCandidates } from '../core/candidate.ts';
import type { Conduct } from '../core/conduct.ts';
import { type PageNotes, addNote } from '../core/page-notes.ts';
import { parseRules } from '../core/parse-rules.ts';
import type { Problem } from '../core/problem.ts';
import type { Slate } from '../core/slate.ts';
import { createUuid } from '../core/uuid.ts';
import { type ComposedSlate, composeSlate } from './compose-slate.ts';
import type { Emitter } from './emitter.ts';
import type { Arrangement } from './experiments.ts';
import type { Compose } from './interleaving.ts';
import type { MetItems } from './met-items.ts';
import { inTasks, ownTask } from './own-task.ts';
import { KIT_CLOSED, type Ranking, type RankingInput, serverRanked } from './ranking.ts';
import { readContext } from './read-context.ts';
import type { ReasonsPort } from './reasons-port.ts';
import type { Settings } from './settings.ts';
import type { SlateSaver } from './slate-saver.ts';
import type { SlateRequest } from './types.ts';

export interface SlateMakerOptions {
  readonly settings: Settings;
  /** Aborted when the kit is closed. */
  readonly closed: AbortSignal;
  readonly met: MetItems;
  readonly ranking: Ranking;
  readonly reasons: ReasonsPort;
  readonly saver: SlateSaver;
  readonly notes: PageNotes;
  readonly slates: Emitter<Slate>;
  /** What was done on this page, for rules where storage cannot be read. */
  readonly done: () => Conduct;
  /** Never rejects. */
  readonly arrange: (placement: string, abort: AbortSignal | undefined) => Promise<Arrangement>;
  /** Has what another page has decided meanwhile followed. */
  readonly look: () => void;
  readonly onProblem: (problem: Problem) => void;
  /** As `onProblem`, but not of what has been reported. */
  readonly reportOnce: (problem: Problem) => void;
}

/** What a slate is made of. */
interface Asked {
  readonly placement: string;
  readonly request: SlateRequest;
  /** By `performance.now()`. */
  readonly started: number;
  /** Epoch ms. */
  readonly now: number;
  readonly isPersonal: boolean;
  readonly parsed: ParsedCandidates;
  readonly arrangement: Arrangement;
}

interface Made {
  readonly composed: ComposedSlate;
  readonly list: CandidateList;
}

/** Makes slates: candidates are parsed, ranked, put through rules and policy, and what became of them is kept. */
export class SlateMaker {
  readonly #options: SlateMakerOptions;

  constructor(options: SlateMakerOptions) {
    this.#options = options;
    options.settings.rules.problems.forEach(options.reportOnce);
  }

  async make(placement: string, given: SlateRequest): Promise<Slate> {
    const { settings, closed, met, look, arrange } = this.#options;
    look();
    const started = performance.now();
    const { isPersonal, withdrawals } = settings.consents;
    const { stamp: erased } = settings.erasures;
    const now = settings.clock();
    // from outside: it may be missing
    const request = (given as SlateRequest | undefined) ?? { candidates: [] };
    const parsed = parseCandidates(request.candidates, now);
    met.add(parsed.list.items);
    await ownTask(parsed.list.items);
    const arrangement = await arrange(placement, request.abort);
    const made = await this.#compose({ placement, request, started, now, isPersonal, parsed, arrangement });
    const { slate } = made.composed;
    await ownTask(made.list.items);
    if (closed.aborted || request.abort?.aborted) return slate;
    // what it was ranked by has been withdrawn or erased meanwhile
    if (withdrawals !== settings.consents.withdrawals || erased !== settings.erasures.stamp)
      return this.make(placement, given);
    this.#keep(made, now, erased);
    return slate;
  }

  async #compose(asked: Asked): Promise<Made> {
    const { settings, closed, ranking, notes, done } = this.#options;
    const { placement, request, started, now, isPersonal, parsed, arrangement } = asked;
    const { list, problems } = parsed;
    const { anchorItemId, context, abort, kept } = request;
    const { policy, arms, overridden, without, draft, isSmall = false, besides = [] } = arrangement;
    const { rules, problems: wrongRules } =
      list.rules === undefined ? (arrangement.rules ?? settings.rules) : parseRules(list.rules);
    const input = (leftOut = without): RankingInput => ({
      ...{ list, anchorItemId, now, abort, without: leftOut, isSmall },
      windowsMs: windowsOf([...rules.rules, ...besides], placement),
      logs: settings.egress === 'training',
      leftMs: settings.deadlineMs - (performance.now() - started),
    });
    const ranked = closed.aborted ? serverRanked(KIT_CLOSED) : await ranking.rank(input());
    await ownTask(list.items);
    const parts = {
      ...{ slateId: createUuid(settings), placement, now, rules, policy, arms, overridden, done: done() },
      isPersonal,
      release: notes.release,
      // from outside
      kept: Array.isArray(kept) ? kept.map((id: unknown) => (typeof id === 'string' ? id : null)) : [],
      parsed: { list, problems: [...problems, ...wrongRules] },
      context: readContext(settings.context, context),
    };
    const compose: Compose = (by, change) => inTasks(composeSlate({ ...parts, ranked: by, ...change }), list.items);
    return {
      composed: draft
        ? await draft({ own: ranked, input: input(), rank: (leftOut) => ranking.rank(input(leftOut)), compose })
        : await compose(ranked),
      list,
    };
  }

  #keep({ composed, list }: Made, at: number, erased: string): void {
    const { settings, reasons, saver, notes, slates, onProblem } = this.#options;
    const { slate, ranked } = composed;
    // each team's picks have reasons of their own model
    if (!slate.otherModelId) reasons.keep({ slate, items: list.items, ranked });
    // not waited for: signals about this slate are committed after it, and the visitor sees it sooner
    void saver.save({ composed, at, erased });
    const known = new Set([...ranked.problems, ...settings.rules.problems]);
    slate.problems.filter((problem) => !known.has(problem)).forEach(onProblem);
    addNote(notes.slates, { tier: slate.tier, ms: settings.clock() - at });
    slates.emit(slate);
  }
}
