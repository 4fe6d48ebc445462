import type {
  Assignment,
  Consent,
  DeliveryReport,
  DeviceExport,
  EgressLevel,
  Kit,
  Problem,
  Signal,
  Slate,
} from 'nearside';
import type { MadeSlate } from './watched-kit.ts';

type Readiness = Awaited<ReturnType<Kit['ready']>>;
type Pending = NonNullable<Awaited<ReturnType<Kit['pending']>>>;

export interface SeenSlate {
  readonly slate: Slate;
  /** Epoch ms by the kit's clock. */
  readonly at: number;
  /** Absent until the call has answered. */
  readonly made?: MadeSlate;
}

export interface SeenProblem {
  readonly problem: Problem;
  /** Epoch ms by the kit's clock. */
  readonly at: number;
}

/** Everything that the kit of this page has said so far; what is missing has not happened yet. */
export interface Observed {
  readonly consent: Consent;
  /** In effect. */
  readonly level: EgressLevel;
  /** The newest of each placement. */
  readonly slates: ReadonlyMap<string, SeenSlate>;
  readonly newest?: SeenSlate;
  readonly ready?: Readiness;
  readonly delivery?: DeliveryReport;
  /** Newest first. */
  readonly problems: readonly SeenProblem[];
  /** Newest first; as many as `Wanted` says. */
  readonly signals: readonly Signal[];
  readonly assignments: readonly Assignment[];
  readonly pending: Pending | null;
  /** What is stored, where somebody wants it. */
  readonly stored: DeviceExport | null;
}

/** What is read of the device again at each change. */
export interface Wanted {
  readonly signals: number;
  readonly stored: boolean;
}

const PROBLEMS_KEPT = 50;

/** Listens to a kit from its first moment on, and reads what it holds. */
export class Observation {
  readonly #kit: Kit;
  readonly #clock: () => number;
  readonly #listeners = new Set<() => void>();
  #now: Observed;
  #wanted: Wanted = { signals: 200, stored: false };
  #reading: Promise<void> | null = null;
  #isStale = false;

  constructor(kit: Kit, clock: () => number) {
    this.#kit = kit;
    this.#clock = clock;
    this.#now = {
      ...{ consent: kit.consent(), level: kit.level(), slates: new Map() },
      ...{ problems: [], signals: [], assignments: [], pending: null, stored: null },
    };
    this.#listen(kit);
    this.read();
  }

  get now(): Observed {
    return this.#now;
  }

  /** A slate has been answered with, after it was heard of. */
  readonly noteMade = (made: MadeSlate): void => {
    const seen = this.#now.slates.get(made.slate.placement);
    if (seen?.slate === made.slate) this.#see({ ...seen, made });
  };

  want(wanted: Wanted): void {
    const { signals, stored } = this.#wanted;
    if (wanted.signals === signals && wanted.stored === stored) return;
    this.#wanted = wanted;
    this.read();
  }

  /** Reads the device again; a read that is under way is followed by one more. */
  read(): void {
    this.#isStale = true;
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = null;
    });
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #listen(kit: Kit): void {
    kit.onSlate((slate) => {
      this.#see({ slate, at: this.#clock() });
      // a dismissal that is taken back is told by no signal, but ranked after
      this.read();
    });
    kit.onConsent((consent) => {
      this.#hear({ consent, level: kit.level() });
      this.read();
    });
    kit.onSignal(() => this.read());
    kit.onProblem((problem) => {
      const problems = [{ problem, at: this.#clock() }, ...this.#now.problems].slice(0, PROBLEMS_KEPT);
      this.#hear({ problems });
    });
    kit.onDelivery((delivery) => {
      this.#hear({ delivery });
      this.read();
    });
    void kit.ready().then((ready) => this.#hear({ ready }));
  }

  async #readAll(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      const { signals: limit, stored } = this.#wanted;
      const [signals, pending, assignments, content] = await Promise.all([
        this.#kit.signals(limit),
        this.#kit.pending(),
        this.#kit.assignments(),
        stored ? this.#kit.export() : null,
      ]);
      this.#hear({ signals, pending, assignments, ...(content && 'outbox' in content && { stored: content }) });
    }
  }

  #see(seen: SeenSlate): void {
    const slates = new Map(this.#now.slates).set(seen.slate.placement, seen);
    this.#hear({ slates, newest: seen });
  }

  #hear(news: Partial<Observed>): void {
    this.#now = { ...this.#now, ...news };
    for (const listener of this.#listeners) listener();
  }
}
