export { REASONS_DE, REASONS_EN } from './core/reason-messages.ts';
export { type ReasonMessages, type ReasonTextOptions, reasonText } from './core/reason-text.ts';
export type { Reason, ReasonSignal, ScoreReason } from './core/reason.ts';
