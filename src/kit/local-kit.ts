import type { Consent } from '../core/consent.ts';
import { Conduct } from '../core/conduct.ts';
import { itemHash } from '../core/packed-items.ts';
import { type PageNotes, addNote, clearNotes } from '../core/page-notes.ts';
import { type Problem, createProblem, isProblem } from '../core/problem.ts';
import type { Signal, SignalInput } from '../core/signal.ts';
import type { Slate } from '../core/slate.ts';
import { type QueuedEvents, readPending } from '../store/outbox-state.ts';
import { readSignals } from '../store/signals.ts';
import type { ScopedStorage } from '../store/scoped-storage.ts';
import type { Storage } from '../store/storage.ts';
import { ChoicesPort } from './choices-port.ts';
import { ConsentWatch } from './consent-watch.ts';
import { DeliveryPort } from './delivery-port.ts';
import { type Emitter, createEmitter } from './emitter.ts';
import type { ExperimentsPort } from './experiments-port.ts';
import { Held } from './held.ts';
import { Journal } from './journal.ts';
import { MetItems } from './met-items.ts';
import { KIT_CLOSED, Ranking, type RankingOptions } from './ranking.ts';
import { type Readiness, findReadiness } from './readiness.ts';
import { Recorder } from './recorder.ts';
import { ReasonsPort } from './reasons-port.ts';
import { Retention } from './retention.ts';
import { SlateMaker } from './slate-maker.ts';
import { SlateSaver } from './slate-saver.ts';
import type { DeliveryReport, DeviceExport, ImportResult, Kit } from './types.ts';
import { within } from './within.ts';
/** The longest that a timer can wait. */
const NO_DEADLINE_MS = 2 ** 31 - 1;

export interface KitParts extends RankingOptions {
  readonly problems: Emitter<Problem>;
  readonly notes: PageNotes;
  readonly experiments: ExperimentsPort;
  /** What `opened` resolves with. */
  readonly storage: ScopedStorage;
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
  readonly #held = new Held();
  readonly #watch: ConsentWatch;
  readonly #recorder: Recorder;
  readonly #ranking: Ranking;
  readonly #maker: SlateMaker;
  readonly #reasons: ReasonsPort;
  readonly #choices: ChoicesPort;
  readonly #delivery: DeliveryPort;
  readonly #retention: Retention;
  /** What was done on this page, for rules where storage cannot be read. */
  #done = new Conduct();

  constructor(parts: KitParts) {
    const { settings, closed } = parts;
    this.#journal = new Journal(settings.storageName, () => localStorage);
    const onQueued = (queued: QueuedEvents): void => this.#delivery.schedule(queued);
    this.#recorder = new Recorder({
      ...{ settings, opened: parts.opened, met: this.#met, journal: this.#journal, held: this.#held },
      windows: () => parts.loader.windows(),
      onStored: (signal) => {
        this.#note(signal, signal.at);
        if (!closed.aborted) this.#signals.emit(signal);
      },
      onQueued,
    });
    // everyone else sees storage with what earlier pages left in it
    const opened = this.#recorder.recovered.then(() => parts.opened);
    this.#parts = { ...parts, opened };
    this.#ranking = new Ranking(this.#parts);
    this.#reasons = new ReasonsPort(this.#parts);
    this.#choices = new ChoicesPort({ settings, opened, closed, onQueued, attempt: (...job) => this.#attempt(...job) });
    this.#maker = this.#createMaker(onQueued);
    parts.problems.on(({ code }) => addNote(parts.notes.problems, code));
    this.#delivery = this.#createDelivery();
    this.#watch = new ConsentWatch({
      ...{ consents: settings.consents, erasures: settings.erasures, closed },
      onErased: () => this.#forgetAll(),
      follow: (...change) => this.#follow(...change),
      onProblem: (problem) => this.#report(problem),
    });
    void this.#recorder.recovered.then((all) => all.forEach((queued) => this.#delivery.schedule(queued)));
    this.#retention = new Retention({ settings, use: (job) => this.#use(job) });
    void this.#reportEngine();
  }

  async record(signal: SignalInput): Promise<Signal | Problem> {
    if (this.#parts.closed.aborted) return KIT_CLOSED;
    this.#watch.look();
    this.#retention.look();
    const recorded = await this.#recorder.record(signal);
    if (!isProblem(recorded)) return recorded;
    const isRefused = recorded.code === 'consent_pending' || recorded.code === 'consent_denied';
    // not stored, and done all the same
    if (isRefused || recorded.code === 'storage_failed') this.#note(signal, this.#parts.settings.clock());
    // what the visitor has decided is no trouble
    return isRefused ? recorded : this.#report(recorded);
  }

  async import(signals: readonly SignalInput[]): Promise<ImportResult> {
    const { settings, opened, closed } = this.#parts;
    if (!closed.aborted) this.#watch.look();
    const { stamp: erased } = settings.erasures;
    // a page imports once, if ever
    const result = await this.#attempt('history could not be imported', async () =>
      (await import('./import-history.ts')).importHistory(signals, { settings, opened, met: this.#met, erased }),
    );
    if (isProblem(result)) return { imported: 0, problems: [result] };
    result.problems.forEach((problem) => this.#report(problem));
    return result;
  }

  readonly hidden: Kit['hidden'] = () => this.#choices.hidden();
  readonly hide: Kit['hide'] = (...choice) => this.#choices.hide(...choice);
  readonly giveReason: Kit['giveReason'] = (itemId, reason) => this.#choices.giveReason(itemId, reason);
  readonly undo: Kit['undo'] = (itemId) => {
    this.#done.undo(itemHash(itemId));
    return this.#choices.undo(itemId);
  };
  readonly slate: Kit['slate'] = (placement, request) => this.#maker.make(placement, request);
  readonly describe: Kit['describe'] = (items) => this.#met.describe(items);
  readonly signals: Kit['signals'] = async (limit = Number.POSITIVE_INFINITY) =>
    (await this.#use((storage) => readSignals(storage, limit))) ?? [];
  readonly adaptation: Kit['adaptation'] = async () =>
    (await this.#use(async (storage) =>
      (await import('../store/adaptation.ts')).readAdaptation(storage, this.#parts.settings.clock()),
    )) ?? null;
  readonly resetAdaptation: Kit['resetAdaptation'] = () =>
    this.#use(async (storage) =>
      (await import('../store/adaptation.ts')).resetAdaptation(storage, this.#parts.settings),
    );
  readonly pending: Kit['pending'] = async () => (await this.#use(readPending)) ?? null;
  readonly setConsent: Kit['setConsent'] = async (consent) =>
    this.#parts.closed.aborted ? KIT_CLOSED : this.#watch.set(consent);
  readonly assignments: Kit['assignments'] = () => this.#parts.experiments.assignments();
  readonly arrangement: Kit['arrangement'] = (placement) => this.#parts.experiments.arrangement(placement);
  readonly level: Kit['level'] = () => this.#parts.settings.egress;
  readonly reasons: Kit['reasons'] = (slate, limit = 12) => this.#reasons.reasons(slate, limit);
  readonly ignore: Kit['ignore'] = (reason) => this.#reasons.ignore(reason);

  async ready(): Promise<Readiness> {
    const ready = await within(findReadiness(this.#parts), NO_DEADLINE_MS, [this.#parts.closed]);
    return typeof ready === 'object' ? ready : { tier: 'server', modelId: '', problem: KIT_CLOSED };
  }

  consent(): Consent {
    if (!this.#parts.closed.aborted) this.#watch.look();
    return this.#parts.settings.consents.inEffect;
  }

  flush(): Promise<DeliveryReport> {
    this.#watch.look();
    return this.#delivery.flush();
  }

  async export(): Promise<DeviceExport | Problem> {
    const { settings, opened } = this.#parts;
    return this.#attempt('what is stored could not be read', async () => {
      const { exportDevice } = await import('./export-device.ts');
      return exportDevice(settings, opened);
    });
  }

  async erase(): Promise<Problem | null> {
    const { settings, storage } = this.#parts;
    return this.#attempt('not everything could be erased', async () => {
      // first, where local storage is full
      this.#journal.clear();
      settings.erasures.mark(settings.clock());
      this.#forgetAll();
      this.#choices.showAll();
      await storage.erase();
      return null;
    });
  }

  readonly onSignal: Kit['onSignal'] = (listener) => this.#signals.on(listener);
  readonly onSlate: Kit['onSlate'] = (listener) => this.#slates.on(listener);
  readonly onProblem: Kit['onProblem'] = (listener) => this.#parts.problems.on(listener);
  readonly onConsent: Kit['onConsent'] = (listener) => this.#watch.changes.on(listener);
  readonly onHidden: Kit['onHidden'] = (listener) => this.#choices.changes.on(listener);
  readonly onDelivery: Kit['onDelivery'] = (listener) => this.#deliveries.on(listener);

  async close(): Promise<void> {
    const { end, client, opened, problems } = this.#parts;
    end();
    client?.close();
    [this.#signals, this.#slates, this.#deliveries, this.#watch.changes, problems].forEach((emitter) =>
      emitter.clear(),
    );
    (await opened).storage.close();
  }

  #createMaker(onQueued: (queued: QueuedEvents) => void): SlateMaker {
    const { settings, closed, notes, reportOnce } = this.#parts;
    return new SlateMaker({
      ...{ settings, closed, met: this.#met, ranking: this.#ranking, reasons: this.#reasons },
      ...{ notes, slates: this.#slates, reportOnce },
      saver: new SlateSaver({ settings, held: this.#held, use: (job) => this.#use(job), onQueued }),
      done: () => this.#done,
      arrange: this.#parts.experiments.arrange,
      look: () => this.#watch.look(),
      onProblem: (problem) => this.#report(problem),
    });
  }

  #createDelivery(): DeliveryPort {
    const { settings, opened, closed, notes } = this.#parts;
    return new DeliveryPort({
      ...{ settings, opened, closed, notes, slates: this.#slates, journal: this.#journal },
      look: () => this.#watch.look(),
      onReport: (report) => {
        if (closed.aborted) return;
        this.#deliveries.emit(report);
        if (report.problem) this.#report(report.problem);
      },
    });
  }

  /** Everything goes by what holds now before the first await. */
  async #follow(before: Consent, isOwn: boolean): Promise<void> {
    const { consents, egress } = this.#parts.settings;
    const scope = consents.scope(before);
    const isOther = before.personalisation !== consents.inEffect.personalisation;
    if (isOther) {
      // what was done while nobody had answered, or under a no, holds until the page ends
      if (before.personalisation === 'granted') this.#done = new Conduct();
      this.#forget();
      // another page may be telling of this very answer
      if (scope === 'nothing' || scope === 'feedback') this.#journal.clear(scope === 'feedback' ? 'signals' : 'all');
    }
    // whether there is an id that lasts
    this.#parts.experiments.forget();
    if (egress === 'none' && !consents.awaits('measurement')) this.#journal.clear('events');
    // a later yes is none to what was done under a no
    if (before.measurement === 'denied') clearNotes(this.#parts.notes);
    const stored = this.#parts.storage.keep(scope);
    if (isOther) this.#parts.client?.reopen();
    const followed = [stored, this.#delivery.follow(), this.#held.retry()];
    const isOptOut = before.personalisation === 'granted' && consents.inEffect.personalisation === 'denied';
    if (isOwn && isOptOut && consents.tells) followed.push(this.#delivery.tell('opt_out'));
    await Promise.all(followed);
  }

  /** What was read of the visitor. */
  #forget(): void {
    this.#reasons.forget();
    this.#ranking.forget();
  }

  /** And what waits here to be stored or sent. */
  #forgetAll(): void {
    this.#done = new Conduct();
    this.#forget();
    this.#parts.experiments.forget();
    this.#held.clear();
    this.#parts.storage.forget();
    clearNotes(this.#parts.notes);
    this.#delivery.restart('everything was erased while events were being sent');
  }

  #note({ kind, itemId = '' }: SignalInput, at: number): void {
    this.#done.add({ at, kind, item: itemHash(itemId) });
  }

  async #use<T>(job: (storage: Storage) => Promise<T>): Promise<T | undefined> {
    const done = await this.#attempt('storage could not be used', async () => job((await this.#parts.opened).storage));
    return isProblem(done) ? undefined : done;
  }

  async #attempt<T>(failure: string, work: () => Promise<T>): Promise<T | Problem> {
    if (this.#parts.closed.aborted) return KIT_CLOSED;
    try {
      return await work();
    } catch (error) {
      return this.#report(createProblem('storage_failed', `${failure}: ${String(error)}`));
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
