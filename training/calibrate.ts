import { createRandom } from '../src/core/random.ts';
import type { BundleEngines, Split } from './bundle-engines.ts';
import { type Outcome, brierScore, calibrationError, fitIsotonic, fitPlatt, sigmoid } from './calibration.ts';
import { sampleOf } from './evaluation-queries.ts';
import type { ShownSlate } from './impressions.ts';
import { round4 } from './metrics.ts';
import type { Query } from './queries.ts';
import { playQueries } from './score-queries.ts';
import type { SiteLog } from './site-log.ts';
import { withUnknownItems } from './unknown-items.ts';

const MAX_SESSIONS = 2_000;
/** Slates of one session; more of them say little that is new. */
const MAX_SLATES = 10;
/** Clicks on either half below which a curve is noise. */
const MIN_CLICKS = 20;

export interface CalibrateOptions {
  readonly log: SiteLog;
  readonly engines: BundleEngines;
  readonly split: Split;
  readonly seed: number;
  readonly progress: (text: string) => void;
}

/** Expected calibration error and Brier score. */
export interface Calibrated {
  readonly ECE: number;
  readonly brier: number;
}

export interface CalibrationResult {
  readonly impressions: number;
  readonly clicks: number;
  readonly sessions: number;
  /** Share clicked of the half that is judged. */
  readonly clickRate: number;
  readonly note: string;
  /** On the other half of the sessions; `before` takes sigmoid(score) for a probability, `constant` the click rate. */
  readonly model: Judgement;
  readonly linear: Judgement;
}

type Judgement = Readonly<Record<'before' | 'platt' | 'isotonic' | 'constant', Calibrated>>;

const NOTE =
  'chance of a click on an impression as this log shows items, averaged over positions; fitted on one half of the ' +
  'sessions, judged on the other';

/** Fits a score's probabilities on one half of the held-out sessions, judges them on the other; a text says why not. */
export function calibrate(slates: readonly ShownSlate[], options: CalibrateOptions): CalibrationResult | string {
  const { split, seed } = options;
  const random = createRandom(seed + 3);
  const sessions = sampleOf([...new Set(slates.map(({ sessionId }) => sessionId))], MAX_SESSIONS, random);
  const fitting = new Set(sampleOf(sessions, Math.floor(sessions.length / 2), random));
  const rows = scoreSlates(limitSlates(slates, new Set(sessions)), options);
  const halves = [true, false].map((fits) => rows.filter(({ sessionId }) => fitting.has(sessionId) === fits));
  const clicks = halves.map((half) => half.filter(({ clicked }) => clicked).length);
  if (clicks.some((count) => count < MIN_CLICKS)) {
    return `not calibratable: too few impressions with clicks in the ${split} part`;
  }
  const judgeBy = (engine: 'model' | 'linear'): Judgement =>
    judge(halves.map((half) => half.map((row) => ({ score: row[engine], clicked: row.clicked }))));
  return {
    impressions: rows.length,
    clicks: clicks[0] + clicks[1],
    sessions: sessions.length,
    clickRate: round4(clicks[1] / halves[1].length),
    note: NOTE,
    model: judgeBy('model'),
    linear: judgeBy('linear'),
  };
}

function judge([fit, held]: readonly (readonly Outcome[])[]): Judgement {
  const rate = fit.filter(({ clicked }) => clicked).length / fit.length;
  const by = { before: sigmoid, platt: fitPlatt(fit), isotonic: fitIsotonic(fit), constant: () => rate };
  const entries = Object.entries(by).map(([name, calibrator]) => [
    name,
    { ECE: calibrationError(held, calibrator), brier: brierScore(held, calibrator) },
  ]);
  return Object.fromEntries(entries) as Judgement;
}

function limitSlates(slates: readonly ShownSlate[], sessions: ReadonlySet<string>): ShownSlate[] {
  const taken = new Map<string, number>();
  return slates.filter(({ sessionId }) => {
    const count = (taken.get(sessionId) ?? 0) + 1;
    taken.set(sessionId, count);
    return sessions.has(sessionId) && count <= MAX_SLATES;
  });
}

interface ScoredImpression {
  readonly sessionId: string;
  readonly clicked: boolean;
  readonly model: number;
  readonly linear: number;
}

/** Each slate as a query at its moment: what its visitor had done before it was shown. */
function scoreSlates(slates: readonly ShownSlate[], options: CalibrateOptions): ScoredImpression[] {
  const { log, progress } = options;
  const shown = slates.flatMap(({ items }) => items.map(({ itemId }) => itemId));
  const engines = withUnknownItems(options.engines, shown);
  const { vocabulary, data } = engines;
  const sessions = new Map(log.sessions.map((session) => [session.sessionId, session]));
  const queries = slates.map(({ slateId, sessionId, userId, at, items }): Query => {
    const session = sessions.get(sessionId);
    const context = session?.events.filter((event) => event.at < at).map(({ itemId }) => itemId) ?? [];
    const candidates = items.map(({ itemId }) => itemId);
    const startAt = Math.min(at, session?.startAt ?? at);
    return {
      queryId: slateId,
      sessionId,
      userId: userId || (session?.userId ?? ''),
      startAt,
      context,
      target: '',
      candidates,
    };
  });
  const scored: ScoredImpression[] = [];
  playQueries({ log, vocabulary, data, queries }, ({ index, createBatch }) => {
    const { sessionId, items } = slates[index];
    const batch = createBatch(items.flatMap(({ itemId }) => vocabulary.rows.get(itemId) ?? []));
    const [model, linear] = [engines.model(batch), engines.linear(batch)];
    items.forEach(({ clicked }, i) => scored.push({ sessionId, clicked, model: model[i], linear: linear[i] }));
    if (scored.length % 1000 < items.length) progress(`calibration: ${String(scored.length)} impressions`);
  });
  return scored;
}
