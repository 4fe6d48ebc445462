import type { ReasonSignal } from '../src/core/reason.ts';
import type { Problem } from '../src/core/problem.ts';
import type { Kit } from '../src/kit/types.ts';

/**
 * From now on slates are those of a visitor who has done nothing yet: every act is ignored (`kit.ignore`), those of the
 * running session one by one, and adaptation is reset. All of it stays stored, and rules go on counting it.
 */
export async function startAfresh(kit: Kit): Promise<Problem | null> {
  const signals = await kit.signals();
  const running = signals.find(({ source }) => source.device === 'local')?.sessionId;
  let failed: Problem | null = null;
  for (const signal of signals) {
    if (signal.sessionId !== running || signal.ignored || signal.kind === 'impression') continue;
    // a search names no item, and none is compared
    failed = (await kit.ignore({ kind: 'event', signal: signal as ReasonSignal, effect: 0 })) ?? failed;
  }
  const earlier = await kit.ignore({ kind: 'history', effect: 0 });
  await kit.resetAdaptation();
  // a first visit has no history
  return earlier?.code === 'reason_not_removable' ? failed : (earlier ?? failed);
}
