export type { AdaptationTable } from './core/adaptation.ts';
export type { AdaptationEffect } from './core/adaptation-effect.ts';
export type { Candidate, CandidateList } from './core/candidate.ts';
export type { Assignment, AssignmentReason } from './core/assignment.ts';
export type { Consent, ConsentInput, ConsentState, Purpose } from './core/consent.ts';
export type { Problem, ProblemCode } from './core/problem.ts';
export type { Reason, ReasonSignal, ScoreReason } from './core/reason.ts';
export type { EgressLevel, Signal, SignalInput, SignalKind } from './core/signal.ts';
export type { Override } from './core/apply-rules.ts';
export type { Exploration, SlatePolicy } from './core/policy.ts';
export type { LeftItem, Slate, SlateArm, SlateItem, Tier, TrailStep } from './core/slate.ts';
export { createKit } from './kit/create-kit.ts';
export type {
  DeliveryReport,
  DeviceExport,
  ImportResult,
  Kit,
  KitOptions,
  SlateContext,
  SlateRequest,
} from './kit/types.ts';
