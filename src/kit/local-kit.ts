import type { AdaptationTable } from '../core/adaptation.ts';
import { type Candidate, parseCandidates } from '../core/candidate.ts';
import { windowsOf } from '../core/apply-rules.ts';
import { Conduct } from '../core/conduct.ts';
import { itemHash } from '../core/packed-items.ts';
import { type PageNotes, addNote } from '../core/page-notes.ts';
import { type ParsedRules, parseRules } from '../core/parse-rules.ts';
import { type Problem, createProblem, isProblem } from '../core/problem.ts';
import type { RankingLog } from '../core/ranking-log.ts';
import { DEFAULT_RULES } from '../core/rule-set.ts';
import type { Reason } from '../core/reason.ts';
import type { Signal, SignalInput } from '../core/signal.ts';
import type { Slate } from '../core/slate.ts';
import { createSlateLog } from '../core/slate-log.ts';
import { createUuid } from '../core/uuid.ts';
import { readAdaptation, resetAdaptation } from '../store/adaptation.ts';
import { eraseStorage } from '../store/erase.ts';
import { type Pending, readPending } from '../store/outbox-state.ts';
import { readSignals } from '../store/signals.ts';
import { queueSlate, saveSlate } from '../store/slates.ts';
import type { Storage } from '../store/storage.ts';
import { type ComposedSlate, composeSlate } from './compose-slate.ts';
import { DeliveryPort } from './delivery-port.ts';
import { type Emitter, createEmitter } from './emitter.ts';
import { Journal } from './journal.ts';
import { MetItems } from './met-items.ts';
import { KIT_CLOSED, Ranking, type RankingOptions, serverRanked } from './ranking.ts';
import type * as Reasoning from './reasoning.ts';
import { type Readiness, findReadiness } from './readiness.ts';
import { Recorder } from './recorder.ts';
import type { DeliveryReport, ImportResult, Kit, SlateRequest, Unsubscribe } from './types.ts';
import { readContext } from './read-context.ts';
import { within } from './within.ts';

/** The longest that a timer can wait. */
const NO_DEADLINE_MS = 2 ** 31 - 1;
/** Slates that can be asked for their reasons. */
const MAX_KEPT_SLATES = 8;

export interface KitParts extends RankingOptions {
  readonly problems: Emitter<Problem>;
  /** Emits what has not been emitted yet. */
  readonly reportOnce: (problem: Problem) => void;
  /** Aborts `closed`. */
  readonly end: () => void;
}

/** The kit over its parts: nothing here but their order. */
export class LocalKit implements Kit {
  readonly #parts: KitParts;
  readonly #met = new MetItems();
  readonly #journal: Journal;
  readonly #signals = createEmitter<Signal>();
  readonly #slates = createEmitter<Slate>();
  readonly #deliveries = createEmitter<DeliveryReport>();
  readonly #recorder: Recorder;
  readonly #ranking: Ranking;
  /** By slate id, oldest first. */
  readonly #kept = new Map<unknown, Reasoning.KeptSlate>();
  readonly #delivery: DeliveryPort;
  readonly #notes: PageNotes = { slates: [], problems: [] };
  /** What was done on this page, for rules where storage cannot be read. */
  #done = new Conduct();
  /** Of the options; a list may bring its own. */
  readonly #rules: ParsedRules;

  constructor(parts: KitParts) {
    const { settings, closed } = parts;
    this.#journal = new Journal(settings.storageName, () => localStorage);
    this.#recorder = new Recorder({ settings, opened: parts.opened, met: this.#met, journal: this.#journal });
    // everyone else sees storage with what earlier pages left in it
    const opened = this.#recorder.recovered.then(() => parts.opened);
    this.#parts = { ...parts, opened };
    this.#rules = settings.rules === undefined ? { rules: DEFAULT_RULES, problems: [] } : parseRules(settings.rules);
    this.#rules.problems.forEach(parts.reportOnce);
    this.#ranking = new Ranking(this.#parts);
    const onReport = (report: DeliveryReport): void => {
      if (closed.aborted) return;
      this.#deliveries.emit(report);
      if (report.problem) this.#report(report.problem);
    };
    parts.problems.on(({ code }) => addNote(this.#notes.problems, code));
    this.#delivery = new DeliveryPort({
      ...{ settings, opened, closed, notes: this.#notes, slates: this.#slates, onReport },
    });
    void this.#recorder.recovered.then((all) => all.forEach((queued) => this.#delivery.schedule(queued)));
    void this.#reportEngine();
  }

  async record(signal: SignalInput): Promise<Signal | Problem> {
    if (this.#parts.closed.aborted) return KIT_CLOSED;
    const committed = await this.#recorder.record(signal);
    if (isProblem(committed)) {
      // not stored, and done all the same
      if (committed.code === 'storage_failed') this.#note(signal, this.#parts.settings.clock());
      return this.#report(committed);
    }
    if (committed.added) this.#note(committed.signal, committed.signal.at);
    if (committed.added && !this.#parts.closed.aborted) this.#signals.emit(committed.signal);
    if (committed.queued?.events.length) this.#delivery.schedule(committed.queued);
    return committed.signal;
  }

  async import(signals: readonly SignalInput[]): Promise<ImportResult> {
    if (this.#parts.closed.aborted) return { imported: 0, problems: [KIT_CLOSED] };
    const result = await this.#recorder.import(signals);
    result.problems.forEach((problem) => this.#report(problem));
    return result;
  }

  describe(items: readonly Candidate[]): void {
    if (!Array.isArray(items)) return;
    this.#met.add(items.filter((item: unknown) => typeof item === 'object' && item !== null) as Candidate[]);
  }

  async slate(placement: string, request: SlateRequest): Promise<Slate> {
    const { settings, closed } = this.#parts;
    const now = settings.clock();
    // from outside: it may be missing
    const { candidates, anchorItemId, context, abort } = (request as SlateRequest | undefined) ?? { candidates: [] };
    const { list, problems } = parseCandidates(candidates, now);
    const { rules, problems: wrongRules } = list.rules === undefined ? this.#rules : parseRules(list.rules);
    this.#met.add(list.items);
    const ranked = closed.aborted
      ? serverRanked(KIT_CLOSED)
      : await this.#ranking.rank({
          ...{ list, anchorItemId, now, abort, windowsMs: windowsOf(rules, placement) },
          logs: settings.egress === 'training',
        });
    const composed = composeSlate({
      ...{ slateId: createUuid(settings), placement, now, ranked, rules, policy: settings.policy, done: this.#done },
      parsed: { list, problems: [...problems, ...wrongRules] },
      context: readContext(settings.context, context),
    });
    const { slate } = composed;
    if (closed.aborted || slate.tierProblem?.code === 'aborted') return slate;
    this.#keep({ slate, items: list.items, ranked });
    // not waited for: signals about this slate are committed after it, and the visitor sees it sooner
    void this.#save(composed, ranked.ranking, now);
    const known = new Set([...ranked.problems, ...this.#rules.problems]);
    const local = slate.problems.filter((problem) => !known.has(problem));
    local.forEach((problem) => this.#report(problem));
    addNote(this.#notes.slates, { tier: slate.tier, ms: settings.clock() - now });
    this.#slates.emit(slate);
    return slate;
  }

  async #save(composed: ComposedSlate, ranking: RankingLog | undefined, at: number): Promise<void> {
    const { settings } = this.#parts;
    await this.#use(async (storage) => {
      // both transactions are opened at once: what the visitor does next comes after them
      const saved = saveSlate(storage, composed.slate, settings.egress);
      // without a collector nothing would ever take them away
      if (settings.egress !== 'training' || settings.eventsUrl === null) return saved;
      const { slate } = composed;
      const record = { slate, log: createSlateLog(composed), ranking, at, unitId: settings.unitId };
      const [queued] = await Promise.all([queueSlate(storage, record, settings), saved]);
      this.#delivery.schedule(queued);
    });
  }

  reasons(slate: Slate, limit = 12): Promise<ReadonlyMap<string, readonly Reason[]> | Problem> {
    // from outside: it may be missing
    const kept = this.#kept.get((slate as Slate | undefined)?.slateId);
    return this.#reason(({ explainSlate }) => explainSlate(this.#parts, kept, limit));
  }

  ignore(reason: Reason): Promise<Problem | null> {
    return this.#reason(({ ignoreReason }) => ignoreReason(this.#parts, reason));
  }

  async ready(): Promise<Readiness> {
    const ready = await within(findReadiness(this.#parts), NO_DEADLINE_MS, [this.#parts.closed]);
    return typeof ready === 'object' ? ready : { tier: 'server', modelId: '', problem: KIT_CLOSED };
  }

  async signals(limit = Number.POSITIVE_INFINITY): Promise<readonly Signal[]> {
    return (await this.#use((storage) => readSignals(storage, limit))) ?? [];
  }

  async adaptation(): Promise<AdaptationTable | null> {
    const now = this.#parts.settings.clock();
    return (await this.#use((storage) => readAdaptation(storage, now))) ?? null;
  }

  async resetAdaptation(): Promise<void> {
    await this.#use((storage) => resetAdaptation(storage, this.#parts.settings));
  }

  async pending(): Promise<Pending | null> {
    return (await this.#use(readPending)) ?? null;
  }

  flush(): Promise<DeliveryReport> {
    return this.#delivery.flush();
  }

  async erase(): Promise<void> {
    this.#journal.clear();
    this.#done = new Conduct();
    await this.#delivery.forget();
    await this.#use(eraseStorage);
  }

  onSignal(listener: (signal: Signal) => void): Unsubscribe {
    return this.#signals.on(listener);
  }

  onSlate(listener: (slate: Slate) => void): Unsubscribe {
    return this.#slates.on(listener);
  }

  onProblem(listener: (problem: Problem) => void): Unsubscribe {
    return this.#parts.problems.on(listener);
  }

  onDelivery(listener: (report: DeliveryReport) => void): Unsubscribe {
    return this.#deliveries.on(listener);
  }

  async close(): Promise<void> {
    const { end, client, opened, problems } = this.#parts;
    end();
    client?.close();
    [this.#signals, this.#slates, this.#deliveries, problems].forEach((emitter) => emitter.clear());
    (await opened).storage.close();
  }

  #keep(kept: Reasoning.KeptSlate): void {
    this.#kept.set(kept.slate.slateId, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT_SLATES) this.#kept.delete(oldest);
  }

  /** In a chunk of its own: most pages never ask. */
  async #reason<T>(use: (module: typeof Reasoning) => Promise<T>): Promise<T | Problem> {
    if (this.#parts.closed.aborted) return KIT_CLOSED;
    try {
      return await use(await import('./reasoning.ts'));
    } catch (error) {
      return createProblem('reasons_unavailable', `the script that gives reasons did not load: ${String(error)}`);
    }
  }

  #note({ kind, itemId = '' }: SignalInput, at: number): void {
    this.#done.add({ at, kind, item: itemHash(itemId) });
  }

  /** Runs one storage job; a failure becomes a problem and undefined. */
  async #use<T>(job: (storage: Storage) => Promise<T>): Promise<T | undefined> {
    if (this.#parts.closed.aborted) return undefined;
    try {
      return await job((await this.#parts.opened).storage);
    } catch (error) {
      this.#report(createProblem('storage_failed', `storage could not be used: ${String(error)}`));
      return undefined;
    }
  }

  /** Why the strongest engine does not run; files and workers that failed have been reported one by one. */
  async #reportEngine(): Promise<void> {
    const { problem } = await this.ready();
    if (problem) this.#parts.reportOnce(problem);
  }

  #report(problem: Problem): Problem {
    if (!this.#parts.closed.aborted) this.#parts.problems.emit(problem);
    return problem;
  }
}
