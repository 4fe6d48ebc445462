/** A variance that was estimated, one of those that a standard error is made of. */
export interface VarianceTerm {
  readonly variance: number;
  /** Degrees of freedom of the estimate, more than 0. */
  readonly degrees: number;
}

export interface Uncertainty {
  readonly standardError: number;
  /** Degrees of freedom of Student's t; NaN where the standard error is 0. */
  readonly degrees: number;
}

/**
 * Standard error of a sum of independent terms, and the degrees of freedom at which its t is about Student's
 * (Satterthwaite 1946, doi:10.2307/3002019; Welch 1947, doi:10.1093/biomet/34.1-2.28).
 */
export function addVariances(terms: readonly VarianceTerm[]): Uncertainty {
  const total = terms.reduce((sum, { variance }) => sum + variance, 0);
  // as shares: squares of small variances would vanish
  const inverse = terms.reduce((sum, { variance, degrees }) => sum + (variance / total) ** 2 / degrees, 0);
  return { standardError: Math.sqrt(total), degrees: 1 / inverse };
}
