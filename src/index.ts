export type { Candidate, CandidateList } from './core/candidate.ts';
export type { Problem, ProblemCode } from './core/problem.ts';
export type { Reason, ReasonSignal, ScoreReason } from './core/reason.ts';
export type { EgressLevel, Signal, SignalInput, SignalKind } from './core/signal.ts';
export type { Slate, SlateItem, Tier } from './core/slate.ts';
export { createKit } from './kit/create-kit.ts';
export type { DeliveryReport, ImportResult, Kit, KitOptions, SlateRequest } from './kit/types.ts';
