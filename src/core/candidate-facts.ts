/**
 * What the visitor did with each of M candidates, a row each in their order. Times are epoch ms and 0 for never.
 * Where the device's storage cannot be read there are no facts, which is null and not zeros.
 */
export interface CandidateFacts {
  /** [M] the newest dismissal. */
  readonly dismissedAt: Float64Array;
  /** [M] the newest purchase. */
  readonly purchasedAt: Float64Array;
  /** [W] the windows that were asked for, in ms. */
  readonly windowsMs: readonly number[];
  /** [M, W] row-major: impressions of the candidate within each window. */
  readonly shown: Float64Array;
  /** [M] all impressions of the candidate that are known. */
  readonly impressions: Float64Array;
}
