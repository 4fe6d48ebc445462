import { occlude, type Score } from '../core/occlusion.ts';
import { type Problem, createProblem } from '../core/problem.ts';
import type { ExplainReply, ExplainRequest } from '../core/protocol.ts';
import { scoreReasons } from '../core/reason.ts';
import { momentOf } from './prepare-batch.ts';
import type { Storage } from './storage.ts';
import { VisitorReader } from './visitor-reader.ts';

/** Ten times what engines may differ by: `wasm` stands in for `webgpu` here. */
const SCORE_TOLERANCE = 1e-3;

/**
 * The reasons of rows of a slate, from the visitor as it was then; worker and page do the same. `score` is the engine of
 * then, undefined where it is gone. `reasons_unavailable` where the slate's own scores do not come out again. Never rejects.
 */
export async function explainStored(
  storage: Storage,
  request: ExplainRequest,
  score: Score | undefined,
): Promise<ExplainReply | Problem> {
  if (score === undefined) return unavailable('the engine or the model that ranked this slate is not running any more');
  const { candidates, moment, rows, scores, beforeSeq } = request;
  const { without } = moment;
  const reader = new VisitorReader(storage, { beforeSeq }).without(without?.via);
  try {
    await reader.update();
    const { visitor, known } = reader;
    const given = {
      ...{ candidates, known, visitor, rows, moment: momentOf(reader, moment) },
      ...(without && { blank: without.columns }),
    };
    const occlusion = await occlude({ ...given, score });
    const isSame = scores.every((value, i) => Math.abs(value - (occlusion.scores[i] ?? Number.NaN)) <= SCORE_TOLERANCE);
    if (!isSame) return unavailable('what is stored of the visitor or of the items has changed since');
    return rows.map((_, i) => scoreReasons(occlusion, i));
  } catch (error) {
    return unavailable(`the slate could not be scored again: ${String(error)}`);
  }
}

const unavailable = (why: string): Problem =>
  createProblem('reasons_unavailable', `reasons cannot be given: ${why}; ask for a new slate`);
