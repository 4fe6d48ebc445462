import type { Candidate, CandidateList } from '../src/core/candidate.ts';
import { usableItems as usableOf } from '../src/core/usable-items.ts';
import type { Timers } from './impression-tracker.ts';

/** Candidates as a page may give them: a DESIGN section 4 list, or a bare array. */
export type CandidateData = CandidateList | readonly Candidate[];

/** How long an arm's candidates may take: visitors have gone by then, and one who sees nothing counts for no arm. */
const ARM_DEADLINE_MS = 5000;

/** Where candidates may come from, strongest first. */
export interface CandidateOrigins {
  readonly candidates: CandidateData | null;
  /** Text of the child `<script type="application/json">`. */
  readonly inline: string | null;
  readonly src: string | null;
  /** In place of `src`: the URL that an arm of an experiment names. */
  readonly arm?: string | null;
}

/** Loads candidates and remembers the last answer, so that a new ranking needs no new request. */
export class CandidateSource {
  #origin: unknown = null;
  #data: CandidateData | null = null;
  /** URLs of arms that brought nothing to show: no ranking waits for one of them again. */
  readonly #failed = new Set<string>();
  readonly #timers: () => Timers;

  constructor(timers: () => Timers) {
    this.#timers = timers;
  }

  /**
   * Null where the page gives no data; rejects where it gives some that cannot be read. An arm that fails, has nothing
   * that can be shown or takes too long is as one without candidates of its own: else only its working pages would count.
   */
  async load(origins: CandidateOrigins, abort: AbortSignal): Promise<CandidateData | null> {
    const arm = this.#armOf(origins);
    if (arm !== null) {
      try {
        return await this.#loadArm(arm, abort);
      } catch {
        abort.throwIfAborted();
        this.#failed.add(arm);
      }
    }
    return this.#load({ ...origins, arm: null }, abort);
  }

  /** True where `load` would have to ask the network. */
  needsFetch(origins: CandidateOrigins): boolean {
    const url = this.#armOf(origins) ?? origins.src;
    return origins.candidates === null && origins.inline === null && url !== null && url !== this.#origin;
  }

  #armOf({ candidates, inline, arm = null }: CandidateOrigins): string | null {
    return candidates !== null || inline !== null || arm === null || this.#failed.has(arm) ? null : arm;
  }

  async #loadArm(arm: string, abort: AbortSignal): Promise<CandidateData | null> {
    const timers = this.#timers();
    const ends = new AbortController();
    const end = (): void => ends.abort();
    abort.addEventListener('abort', end);
    const timer = timers.set(end, ARM_DEADLINE_MS);
    try {
      const late = new Promise<never>((_, reject) => {
        ends.signal.addEventListener('abort', reject);
      });
      return await Promise.race([late, this.#load({ candidates: null, inline: null, src: null, arm }, ends.signal)]);
    } finally {
      timers.clear(timer);
      abort.removeEventListener('abort', end);
    }
  }

  async #load(origins: CandidateOrigins, abort: AbortSignal): Promise<CandidateData | null> {
    const { candidates, inline, src, arm } = origins;
    const origin = candidates ?? inline ?? arm ?? src;
    if (origin === this.#origin) return this.#data;
    const data = await read({ candidates, inline, src: arm ?? src }, abort);
    abort.throwIfAborted();
    if (arm && (data === null || usableItems(data).length === 0)) throw new Error('no items');
    // Only now: a rejection must not be remembered as the answer.
    this.#origin = origin;
    this.#data = data;
    return data;
  }
}

async function read(origins: CandidateOrigins, abort: AbortSignal): Promise<CandidateData | null> {
  if (origins.candidates !== null) return parseData(origins.candidates);
  if (origins.inline !== null) return parseData(JSON.parse(origins.inline));
  if (origins.src === null) return null;
  // The null prototype keeps a polluted Object.prototype out of the request.
  const init = { __proto__: null, signal: abort, headers: { accept: 'application/json' } } as RequestInit;
  const response = await fetch(origins.src, init);
  if (!response.ok) throw new Error('HTTP');
  return parseData(await response.json());
}

function parseData(input: unknown): CandidateData {
  const items = Array.isArray(input) ? input : (input as { items?: unknown } | null)?.items;
  if (!Array.isArray(items)) throw new Error('no items');
  return input as CandidateData;
}

/** The candidates that can be shown: with an id, each id once. */
export const usableItems = (data: CandidateData): Candidate[] => usableOf(itemsOf(data));

/** The same list (request id, times and all) with other items. */
export const replaceItems = (data: CandidateData, items: readonly Candidate[]): CandidateData =>
  isList(data) ? { ...data, items } : items;

const isList = (data: CandidateData): data is CandidateList => !Array.isArray(data);
const itemsOf = (data: CandidateData): readonly unknown[] => (isList(data) ? data.items : data);
