export const FINDING_CODES = [
  'sample_ratio_mismatch',
  'unit_in_two_arms',
  'assignment_mismatch',
  'control_leak',
  'delivery_loss',
  'unknown_arm',
  'design_changed',
  'unit_differs',
  'not_declared',
  'declared_late',
  'declaration_odd',
  'needs_site_ids',
  'other_phases',
  'currencies_mixed',
  'windows_differ',
] as const;

/** Something about the experiment that its reader must know; docs/report.md says what to do about each. */
export interface Finding {
  readonly code: (typeof FINDING_CODES)[number];
  readonly message: string;
  /** While it is so, nothing is decided. */
  readonly blocks: boolean;
}
