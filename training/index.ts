export { type DataFinding, DataRefusedError } from './data-finding.ts';
export { type EvaluateOptions, type EvaluateResult, evaluate } from './evaluate.ts';
export { type FreshnessOptions, type FreshnessResult, benchFreshness } from './freshness.ts';
export { InputError } from './input-error.ts';
export { type ReplayOptions, type ReplayResult, replay } from './replay.ts';
export { type SiteLog, readSiteLog } from './site-log.ts';
export { type TrainOptions, type TrainResult, train } from './train.ts';
