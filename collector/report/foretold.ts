/** A mean with its 95 % interval; bounds are null where there are too few units for one. */
export interface ForetoldValue {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** What control's slates foretold of an arm, beside what came: clicked items a slate. */
export interface ForetoldArm {
  readonly arm: string;
  readonly predicted: {
    readonly verdict: string;
    /** One sentence where there is no estimate. */
    readonly reason?: string;
    readonly snips: ForetoldValue | null;
    readonly dr: ForetoldValue | null;
    /** Effective slates behind the estimate. */
    readonly ess: number;
  };
  /** Null where the arm has no slates. */
  readonly measured: ForetoldValue | null;
}
