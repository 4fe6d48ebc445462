/** Everything that can be found wrong with a log (docs/bad-data.md). A code never changes its meaning. */
export const FINDING_CODES = [
  'column_renamed',
  'clock_seconds',
  'clock_microseconds',
  'clock_mixed',
  'clock_implausible',
  'clock_rows',
  'duplicate_rows',
  'late_rows',
  'session_order',
  'rows_rejected',
  'rows_collapse',
  'rows_jump',
  'log_older',
  'days_missing',
  'event_type_missing',
  'event_type_collapse',
  'event_type_new',
  'user_share',
  'session_length',
  'items_changed',
  'price_coverage',
  'category_coverage',
  'brand_coverage',
  'price_unit',
  'price_unit_mixed',
  'price_shift',
  'price_disagrees',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** `mended`: corrected by the rule; `refused`: nothing is trained unless the code is accepted; `warned`: used as it is. */
export type FindingAction = 'mended' | 'refused' | 'warned';

export interface DataFinding {
  readonly code: FindingCode;
  readonly action: FindingAction;
  readonly seen: string;
  readonly expected: string;
  /** What was done by which rule, or what to do. */
  readonly rule: string;
}

export const describeFinding = ({ code, action, seen, expected, rule }: DataFinding): string =>
  `data ${action}: ${code}: ${seen}; expected ${expected}; ${rule}`;

/** A refusal as a warning, for who does not train or knows too little to refuse. */
export const mild = (finding: DataFinding): DataFinding =>
  finding.action === 'refused' ? { ...finding, action: 'warned' } : finding;

/** A log that statistics refuse; the command line prints the findings and exits with 1. */
export class DataRefusedError extends Error {
  override readonly name = 'DataRefusedError';
  readonly findings: readonly DataFinding[];

  constructor(findings: readonly DataFinding[]) {
    super(`the log is refused: ${refusedCodes(findings).join(', ')}; mend it, or accept each code by --accept`);
    this.findings = findings;
  }
}

export const refusedCodes = (findings: readonly DataFinding[]): FindingCode[] => [
  ...new Set(findings.filter(({ action }) => action === 'refused').map(({ code }) => code)),
];
