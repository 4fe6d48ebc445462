import type { Batch } from '../src/core/contract.ts';
import type { Problem } from '../src/core/problem.ts';
import type { SessionRequest } from './model-session.ts';

/** Between the ranker's worker and the worker that holds the GPU; the ranker ends the latter where it must. */
export interface WebgpuProtocol {
  start(request: SessionRequest): Promise<Problem | null>;
  /** [M, H]. Runs one at a time. */
  run(batch: Batch): Promise<Float32Array | Problem>;
}
