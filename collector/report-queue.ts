import type { Report } from './report/report.ts';

/** Whoever looks again within it sees the same report. */
const KEPT_MS = 60_000;
/** Long enough that a page which asks again every 2 s hears of it, and no longer. */
const FAILURE_KEPT_MS = 10_000;
/** What nobody has asked for since is not made to its end. */
const UNWANTED_MS = 10_000;

export interface ReportRequest {
  readonly experiment: string;
  /** Default: the newest that is declared. */
  readonly phase?: number | undefined;
}

export interface ReportTask extends ReportRequest {
  readonly signal: AbortSignal;
  readonly onProgress: (events: number) => void;
}

/** What is known of a report at the moment. */
export type ReportState =
  | { readonly kind: 'made'; readonly report: Report }
  | { readonly kind: 'making'; readonly isRunning: boolean; readonly eventsRead: number };

export interface WaitOptions {
  /** Ms; default: until it is made. */
  readonly limitMs?: number;
  /** Of whoever waits: aborted, it waits no longer. */
  readonly signal?: AbortSignal;
}

export interface ReportQueue {
  /** Starts a report, or joins whoever waits for the same one. Rejects where it cannot be made. */
  readonly ask: (request: ReportRequest, wait?: WaitOptions) => Promise<ReportState>;
  /** Stops what is being made. */
  readonly close: () => Promise<void>;
}

interface Job {
  readonly made: Promise<Report>;
  readonly abort: () => void;
  isRunning: boolean;
  isSettled: boolean;
  eventsRead: number;
  waiting: number;
  timer?: NodeJS.Timeout;
}

type Make = (task: ReportTask) => Promise<Report>;

/** Makes reports one after the other, each once for all who ask within a minute. */
export function createReportQueue(make: Make): ReportQueue {
  const jobs = new Map<string, Job>();
  let last: Promise<unknown> = Promise.resolve();
  const forget = (id: string, job: Job): void => {
    clearTimeout(job.timer);
    job.abort();
    if (jobs.get(id) === job) jobs.delete(id);
  };
  const forgetAfter = (id: string, job: Job, ms: number): void => restart(job, () => forget(id, job), ms);
  const start = (id: string, request: ReportRequest): Job => {
    const job = createJob(make, request, last);
    const settle = (ms: number): void => {
      job.isSettled = true;
      if (jobs.get(id) === job) forgetAfter(id, job, ms);
    };
    // one that fails must not keep the next from being made
    last = job.made
      .then(() => KEPT_MS)
      .catch(() => FAILURE_KEPT_MS)
      .then(settle);
    jobs.set(id, job);
    return job;
  };
  const ask: ReportQueue['ask'] = async (request, wait = {}) => {
    const id = JSON.stringify([request.experiment, request.phase]);
    const job = jobs.get(id) ?? start(id, request);
    if (!job.isSettled) clearTimeout(job.timer);
    job.waiting++;
    try {
      return await stateOf(job, wait);
    } finally {
      if (--job.waiting === 0 && !job.isSettled) forgetAfter(id, job, UNWANTED_MS);
    }
  };
  const close = async (): Promise<void> => {
    for (const [id, job] of jobs) forget(id, job);
    await last;
  };
  return { ask, close };
}

function restart(job: Job, run: () => void, ms: number): void {
  clearTimeout(job.timer);
  job.timer = setTimeout(run, ms).unref();
}

function createJob(make: Make, request: ReportRequest, before: Promise<unknown>): Job {
  const ending = new AbortController();
  const { signal } = ending;
  const made = before.then(() => {
    signal.throwIfAborted();
    job.isRunning = true;
    return make({ ...request, signal, onProgress: (events) => (job.eventsRead = events) });
  });
  const state = { isRunning: false, isSettled: false, eventsRead: 0, waiting: 0 };
  const job: Job = { ...state, made, abort: () => ending.abort() };
  return job;
}

async function stateOf(job: Job, { limitMs, signal }: WaitOptions): Promise<ReportState> {
  const ending = new AbortController();
  const gone = new Promise<undefined>((resolve) => {
    const leave = (): void => resolve(undefined);
    const timer = limitMs === undefined ? undefined : setTimeout(leave, limitMs);
    signal?.addEventListener('abort', leave, { signal: ending.signal });
    ending.signal.addEventListener('abort', () => clearTimeout(timer));
    if (signal?.aborted) leave();
  });
  try {
    const report = await Promise.race([job.made, gone]);
    const { isRunning, eventsRead } = job;
    return report === undefined ? { kind: 'making', isRunning, eventsRead } : { kind: 'made', report };
  } finally {
    ending.abort();
  }
}
