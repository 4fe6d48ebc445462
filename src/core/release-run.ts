/** Why a device gives a bundle up: its golden rows, its fall-backs, its time, its promises. */
export const RELEASE_FAULTS = ['golden', 'fall-back', 'latency', 'calibration'] as const;
export type ReleaseFault = (typeof RELEASE_FAULTS)[number];

/** How a bundle does on one device. */
export interface ReleaseRun {
  readonly slates: number;
  /** Slates that a lower tier answered because an engine failed. */
  readonly fallbacks: number;
  /** Of the newest 50 slates that none of that befell: how long they took, ms. */
  readonly tookMs: readonly number[];
  /** Items that were seen in its slates, and those of them that were clicked. */
  readonly seen: number;
  readonly clicks: number;
  /** The sum of their probabilities, where the model is calibrated; null where it is not. */
  readonly promised: number | null;
}

export const NO_RUN: ReleaseRun = { slates: 0, fallbacks: 0, tookMs: [], seen: 0, clicks: 0, promised: 0 };

const MAX_TIMES = 50;
/** Slates before anything but golden rows is judged. */
export const MIN_SLATES = 10;
/** Fall-backs per slate beyond those of the release before. */
export const MAX_MORE_FALLBACKS = 0.3;
/** Median time against the release before, and the least difference that a visitor may notice. */
export const MAX_LATENCY_RATIO = 2;
export const MIN_SLOWER_MS = 50;
/** A bundle that gets less than half of the clicks it promises, by the measure of the one before, beyond chance. */
export const MIN_KEPT_PROMISES = 0.5;
/** Standard deviations: one look in 30,000 goes beyond by chance, and a device looks after every slate. */
const CHANCE_Z = 4;

export interface SlateOutcome {
  readonly isFallback: boolean;
  readonly ms: number;
}

export function addSlate(run: ReleaseRun, { isFallback, ms }: SlateOutcome): ReleaseRun {
  const tookMs = isFallback ? run.tookMs : [...run.tookMs, ms].slice(-MAX_TIMES);
  return { ...run, slates: run.slates + 1, fallbacks: run.fallbacks + (isFallback ? 1 : 0), tookMs };
}

export interface SeenItems {
  readonly seen: number;
  readonly clicks: number;
  readonly promised: number | null;
}

export const addSeen = (run: ReleaseRun, { seen, clicks, promised }: SeenItems): ReleaseRun => ({
  ...run,
  ...{ seen: run.seen + seen, clicks: run.clicks + clicks },
  promised: promised === null || run.promised === null ? null : run.promised + promised,
});

/**
 * What is wrong with a bundle on this device, against one that served here before; undefined where nothing is, or too
 * little was seen. Of a device that knows no other, only fall-backs are judged.
 */
export function findFault(run: ReleaseRun, before: ReleaseRun | undefined): ReleaseFault | undefined {
  if (run.slates < MIN_SLATES) return undefined;
  const known = before && before.slates >= MIN_SLATES ? before : undefined;
  if (run.fallbacks / run.slates > (known ? known.fallbacks / known.slates : 0) + MAX_MORE_FALLBACKS)
    return 'fall-back';
  if (known === undefined) return undefined;
  const [own, other] = [median(run.tookMs), median(known.tookMs)];
  if (own > MAX_LATENCY_RATIO * other && own > other + MIN_SLOWER_MS) return 'latency';
  return breaksPromises(run, known) ? 'calibration' : undefined;
}

/** NaN below so many, which is more than nothing. */
function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted.length < MIN_SLATES ? Number.NaN : (sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN);
}

/**
 * Whether clicks fall behind what was promised: under equal calibration the clicks of both bundles divide as their
 * promises do, by chance alone (binomial). A model without calibration promises the same of every item that is seen.
 */
function breaksPromises(run: ReleaseRun, before: ReleaseRun): boolean {
  const isCalibrated = run.promised !== null && before.promised !== null;
  const [own, other] = isCalibrated ? [run.promised, before.promised] : [run.seen, before.seen];
  if (!own || !other) return false;
  const clicks = run.clicks + before.clicks;
  const share = own / (own + other);
  const z = (clicks * share - run.clicks) / Math.sqrt(clicks * share * (1 - share));
  return z > CHANCE_Z && run.clicks / own < MIN_KEPT_PROMISES * (before.clicks / other);
}
