export { REASONS_AR } from './core/reasons-ar.ts';
export { REASONS_DE } from './core/reasons-de.ts';
export { REASONS_EN } from './core/reasons-en.ts';
export { type ReasonMessages, type ReasonTextOptions, reasonText } from './core/reason-text.ts';
export type { Reason, ReasonSignal, ScoreReason } from './core/reason.ts';
