/** A column of a model's logits. */
export interface Head {
  readonly name: string;
  /** Platt's sigmoid(slope * logit + offset) as fitted on logged impressions (Platt 1999). */
  readonly calibration?: { readonly slope: number; readonly offset: number };
  /** > 0: within how many days what it stands for had to come to count in training; ranking does not read it. */
  readonly windowDays?: number;
}

export interface UtilityInput {
  /** [M, H] row-major; what is not finite has no utility. */
  readonly logits: ArrayLike<number>;
  readonly heads: readonly Head[];
  /** By head name; null, or no weight for any of the heads: 1 for the first. */
  readonly weights: Readonly<Record<string, number>> | null;
}

/**
 * U = sum over heads of weight * p (DESIGN section 6), [M]; NaN where a logit that counts is not finite. The
 * probability of a calibrated head is its sigmoid; of a head without calibration the softmax over the list, which is what
 * the ranker is trained for: the chance that this one of the candidates is the next.
 */
export function utilitiesOf({ logits, heads, weights: wanted }: UtilityInput): Float64Array {
  // `linear` has the first head alone, and must order by something where that has no weight
  const weights = wanted !== null && heads.some(({ name }) => weightOf(wanted, name) !== 0) ? wanted : null;
  const utilities = new Float64Array(logits.length / heads.length);
  heads.forEach((head, h) => {
    const weight = weights === null ? (h === 0 ? 1 : 0) : weightOf(weights, head.name);
    if (weight === 0) return;
    const column = Float64Array.from(utilities, (_, row) => logits[row * heads.length + h]);
    probabilities(column, head).forEach((p, row) => (utilities[row] += weight * p));
  });
  return utilities;
}

const weightOf = (weights: Readonly<Record<string, number>>, name: string): number =>
  Object.hasOwn(weights, name) ? weights[name] : 0;

function probabilities(logits: Float64Array, { calibration }: Head): Float64Array {
  if (calibration) {
    const { slope, offset } = calibration;
    return logits.map((logit) => (Number.isFinite(logit) ? 1 / (1 + Math.exp(-(slope * logit + offset))) : Number.NaN));
  }
  const most = logits.reduce((max, logit) => (Number.isFinite(logit) ? Math.max(max, logit) : max), -Infinity);
  const weights = logits.map((logit) => (Number.isFinite(logit) ? Math.exp(logit - most) : Number.NaN));
  const sum = weights.reduce((total, weight) => total + (weight >= 0 ? weight : 0), 0);
  return weights.map((weight) => weight / sum);
}
