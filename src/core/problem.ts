/** Every coded problem Nearside can name. A code never changes its meaning. */
export type ProblemCode =
  // input
  | 'signal_invalid'
  | 'candidates_invalid'
  | 'candidate_id_missing'
  | 'candidate_duplicate'
  | 'candidate_field_invalid'
  | 'candidate_unknown'
  | 'candidates_too_many'
  | 'scores_not_finite'
  | 'policy_invalid'
  | 'context_invalid'
  | 'adapter_ignored'
  // consent
  | 'consent_invalid'
  | 'consent_pending'
  | 'consent_denied'
  // reasons
  | 'reasons_unavailable'
  | 'reason_not_removable'
  // storage
  | 'storage_unavailable'
  | 'storage_failed'
  // bundle
  | 'bundle_unreachable'
  | 'bundle_manifest_invalid'
  | 'bundle_signature_missing'
  | 'bundle_signature_invalid'
  | 'bundle_signature_unsupported'
  | 'bundle_expired'
  | 'bundle_outdated'
  | 'bundle_mixed'
  | 'bundle_file_mismatch'
  | 'bundle_file_invalid'
  // releases of a registry
  | 'releases_invalid'
  | 'release_killed'
  | 'release_rolled_back'
  // rules
  | 'rules_invalid'
  | 'rule_invalid'
  | 'rule_facts_missing'
  | 'condition_invalid'
  // experiments
  | 'experiment_invalid'
  | 'interleaving_unavailable'
  // engines
  | 'engine_loading'
  | 'engine_failed'
  | 'engine_golden_mismatch'
  | 'engine_unavailable'
  | 'engine_input'
  | 'engine_timeout'
  | 'engine_device_lost'
  | 'model_contract_mismatch'
  | 'worker_unavailable'
  | 'worker_timeout'
  // elements
  | 'actions_unavailable'
  // delivery
  | 'collector_unreachable'
  | 'collector_refused'
  // life cycle
  | 'kit_closed'
  | 'aborted';

/** What went wrong and what to do about it; returned or emitted, never thrown into the host page. */
export interface Problem {
  readonly kind: 'problem';
  readonly code: ProblemCode;
  /** One sentence for a developer: what happened and what to do. */
  readonly message: string;
}

export const createProblem = (code: ProblemCode, message: string): Problem => ({ kind: 'problem', code, message });

export const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'problem';
