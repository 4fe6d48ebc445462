import type { FeedbackEvent } from '../src/core/event.ts';
import { VALUED_POSITIONS } from '../src/core/expected-utility.ts';
import { decisionInputOf, type SlateLog } from '../src/core/slate-log.ts';
import type { DecisionInput } from '../src/core/slot-loop.ts';

/** One slate of level `training`, ready to be looked at from several sides. */
export interface LoggedSlate {
  readonly slateId: string;
  readonly event: FeedbackEvent;
  readonly log: SlateLog;
  readonly input: DecisionInput;
  /** Rows of the first ten positions: what counts as shown. */
  readonly shown: readonly number[];
}

export const readLoggedSlate = (event: FeedbackEvent, log: SlateLog): LoggedSlate => {
  const { slateId = '' } = event;
  const shown = log.slots.slice(0, VALUED_POSITIONS).map(([row]) => row);
  return { slateId, event, log, input: decisionInputOf(slateId, log), shown };
};
