export { createApp } from './app.ts';
export type { AppOptions } from './app.ts';
export { createLog, openLog } from './log.ts';
export type { AppendStatus, EventLog, LogReader, LogRow } from './log.ts';
export { recompute } from './recompute.ts';
export type { RecomputeResult, RecomputedSlate } from './recompute.ts';
export { serveApp } from './serve.ts';
export type { RunningServer, ServeOptions } from './serve.ts';
