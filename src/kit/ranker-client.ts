import { type Remote, proxy, transfer, wrap } from 'comlink';
import { packedBuffers } from '../core/packed-items.ts';
import { type Problem, createProblem, isProblem } from '../core/problem.ts';
import type {
  ExplainReply,
  ExplainRequest,
  LoadReply,
  LoadRequest,
  OpenRequest,
  RankReply,
  RankRequest,
  RankerProtocol,
  RememberTrial,
} from '../core/protocol.ts';

/** Workers made anew on one page after one has stopped answering. */
const MAX_RESPAWNS = 3;
/** The runtime is 14 MB and may come over a slow line; a worker that takes longer to load is taken for dead. */
const LOAD_DEADLINE_MS = 60_000;
/** Of another runtime, and its first shaders; the worker has its own deadlines for each step, this one is for its end. */
const UPGRADE_DEADLINE_MS = 300_000;

export interface RankerClientOptions {
  readonly createWorker: () => Worker;
  /** As it is to be opened now. */
  readonly open: () => OpenRequest;
  /** Writes for the worker, which does not. */
  readonly remember: RememberTrial;
  /** The bundle as far as it is there, for a new worker; null before there is any. */
  readonly bundle: () => LoadRequest | null;
  readonly onProblem: (problem: Problem) => void;
}

/** One worker and the calls that wait for it. */
interface Live {
  readonly worker: Worker;
  readonly remote: Remote<RankerProtocol>;
  /** Each ends one waiting call. */
  readonly pending: Set<(problem: Problem) => void>;
  answered: boolean;
  /** A `load` is under way, in which the runtime may block the worker for a while. */
  loading: boolean;
  /** Calls of `explain` under way: many small scorings, during which nothing else is answered. */
  explaining: number;
  /** Has missed a deadline while starting: not asked again until it has answered. */
  stalled: boolean;
}

/** The page's side of the protocol. Every call has a deadline, because a dead worker never answers. Never rejects. */
export class RankerClient {
  readonly #options: RankerClientOptions;
  #live: Live | null = null;
  #respawns = 0;
  #unavailable = createProblem('worker_unavailable', 'the worker has not been started');
  #loaded: Promise<LoadReply | Problem> = Promise.resolve(this.#unavailable);
  #problem: Problem | null = null;

  constructor(options: RankerClientOptions) {
    this.#options = options;
    this.#spawn();
  }

  /** Hands the bundle over as it is now. */
  load(): void {
    const [live, request] = [this.#live, this.#options.bundle()];
    if (live === null || request === null) return;
    const buffers = Object.values(request.files ?? {}).filter((file) => !isProblem(file));
    live.loading = true;
    const call = this.#call(live, live.remote.load(transfer(request, buffers)), LOAD_DEADLINE_MS);
    const loaded = call.then(async (reply) => {
      if (loaded === this.#loaded) live.loading = false;
      let settled = reply === 'timeout' ? this.#replace(live) : reply;
      if (!isProblem(settled) && settled.upgrading) {
        const upgraded = await this.#call(live, live.remote.upgraded(), UPGRADE_DEADLINE_MS);
        if (upgraded !== 'timeout') settled = upgraded;
      }
      this.#problem = isProblem(settled) ? settled : (settled.problem ?? null);
      return settled;
    });
    this.#loaded = loaded;
  }

  /** The worker reads another storage from the next call on. */
  reopen(): void {
    if (this.#live) this.#open(this.#live);
  }

  /** What the newest settled `load` said is wrong. */
  get problem(): Problem | null {
    return this.#problem;
  }

  /** The answer to the newest `load`, by whichever worker is alive then. */
  async loaded(): Promise<LoadReply | Problem> {
    for (;;) {
      const waiting = this.#loaded;
      const reply = await waiting;
      if (waiting === this.#loaded) return reply;
    }
  }

  /** Asks the worker, for at most `ms` milliseconds; one that misses it is ended and made anew. */
  async rank(request: RankRequest, ms: number): Promise<RankReply | Problem> {
    const live = this.#live;
    if (live === null) return this.#unavailable;
    if (live.stalled) return createProblem('engine_loading', 'the worker is still starting its engine');
    const buffers = packedBuffers(request.candidates) as ArrayBuffer[];
    const reply = await this.#call(live, live.remote.rank(transfer(request, buffers)), ms);
    if (reply !== 'timeout') {
      if (!isProblem(reply)) this.#respawns = 0;
      return reply;
    }
    if (live.answered && !live.loading && live.explaining === 0) return this.#replace(live);
    // a script that is still on its way, a runtime that is starting, or a visitor who asked why, is slow and not dead
    live.stalled = true;
    return createProblem('engine_loading', 'the worker is still starting its engine');
  }

  /** Asks for at most `ms` milliseconds. A late answer ends no worker: the next ranking finds out whether it is dead. */
  async explain(request: ExplainRequest, ms: number): Promise<ExplainReply | Problem> {
    const live = this.#live;
    if (live === null) return this.#unavailable;
    const buffers = packedBuffers(request.candidates) as ArrayBuffer[];
    live.explaining++;
    const reply = await this.#call<ExplainReply | Problem>(live, live.remote.explain(transfer(request, buffers)), ms);
    live.explaining--;
    if (reply !== 'timeout') return reply;
    // a ranking that waited behind this answer may be asked again: only that tells a dead worker from a slow one
    live.stalled = false;
    return timedOut('in time');
  }

  close(): void {
    if (this.#live) this.#end(this.#live, createProblem('kit_closed', 'the kit is closed'));
  }

  #spawn(): void {
    let worker: Worker;
    try {
      worker = this.#options.createWorker();
    } catch (error) {
      this.#fail(createProblem('worker_unavailable', `the ranker's worker cannot be created: ${String(error)}`));
      return;
    }
    const remote = wrap<RankerProtocol>(worker);
    const live: Live = {
      worker,
      remote,
      pending: new Set(),
      answered: false,
      loading: false,
      explaining: 0,
      stalled: false,
    };
    this.#live = live;
    worker.addEventListener('error', ({ message = '' }) => {
      // later errors are a bug in one call, which then misses its deadline
      if (live.answered || this.#live !== live) return;
      const why = `its script cannot be loaded or run. ${message}`;
      this.#end(live, this.#fail(createProblem('worker_unavailable', `the ranker's worker did not start: ${why}`)));
    });
    this.#open(live);
    this.load();
  }

  #open(live: Live): void {
    const { open, remember } = this.#options;
    void this.#call(live, live.remote.open(open(), proxy(remember)), LOAD_DEADLINE_MS);
  }

  /** Ends a worker that does not answer and starts another, a few times. */
  #replace(live: Live): Problem {
    const problem = timedOut('in time and was ended');
    if (this.#live !== live) return problem;
    this.#options.onProblem(problem);
    this.#end(live, problem);
    if (this.#respawns++ < MAX_RESPAWNS) this.#spawn();
    else {
      this.#unavailable = problem;
      this.#loaded = Promise.resolve(problem);
    }
    return problem;
  }

  #end(live: Live, problem: Problem): void {
    this.#live = null;
    live.worker.terminate();
    live.pending.forEach((end) => end(problem));
  }

  #fail(problem: Problem): Problem {
    this.#unavailable = problem;
    this.#loaded = Promise.resolve(problem);
    this.#options.onProblem(problem);
    return problem;
  }

  #call<T>(live: Live, work: Promise<T>, ms: number): Promise<T | Problem | 'timeout'> {
    return new Promise((resolve) => {
      const end = (value: T | Problem | 'timeout'): void => {
        clearTimeout(timer);
        live.pending.delete(end);
        resolve(value);
      };
      const timer = setTimeout(end, ms, 'timeout');
      live.pending.add(end);
      const answer = (value: T | Problem): void => {
        live.answered = true;
        live.stalled = false;
        end(value);
      };
      work.then(answer, (error: unknown) => {
        answer(createProblem('engine_failed', `the worker failed: ${String(error)}`));
      });
    });
  }
}

const timedOut = (how: string): Problem => createProblem('worker_timeout', `the worker did not answer ${how}`);
