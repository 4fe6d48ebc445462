import { diversityOf } from '../core/diversity.ts';
import { MAX_CONTROL_ITEMS } from '../core/event.ts';
import type { LeftOut } from '../core/protocol.ts';
import type { ParsedRules } from '../core/parse-rules.ts';
import type { ComposedSlate } from './compose-slate.ts';
import type { Arrangement } from './experiments.ts';
import type { DraftInput } from './interleaving.ts';
import { type Ranked, serverRanked } from './ranking.ts';

/**
 * Adds to what arms make of slates what an exposure tells beside them: what control would have shown, and how different
 * the items are. `control` is as with the first arm of all that count; null where that ranks other candidates, or by
 * something else, which this page does not know. `own` are the kit's rules.
 */
export function withCounterfactual(shown: Arrangement, control: Arrangement | null, own: ParsedRules): Arrangement {
  const { arms, policy, rules, draft, isServerOrder } = shown;
  if (arms.length === 0 && !isServerOrder) return shown;
  const isRankedAlike = JSON.stringify(shown.without) === JSON.stringify(control?.without);
  const isDecidedAlike =
    policy === control?.policy && rules === control.rules && isServerOrder === control.isServerOrder;
  const isControl = isRankedAlike && isDecidedAlike;
  const { rules: controlRules } = control?.rules ?? own;
  const composeControl = async ({ own, input, rank, compose }: DraftInput): Promise<ComposedSlate | null> => {
    if (control === null || control.draft) return null;
    const ranked = isRankedAlike ? own : await rank(control.without ?? NOTHING_LEFT_OUT);
    // by another engine, or none in time: not what control would have shown
    if (ranked.tier !== own.tier) return null;
    // of the same id, and so of the same draws; a list that brings its own rules goes by those in every arm
    return compose(control.isServerOrder ? inServerOrder(ranked) : ranked, {
      policy: control.policy,
      ...(input.list.rules === undefined && { rules: controlRules }),
    });
  };
  return {
    ...shown,
    ...(rules !== control?.rules && { besides: controlRules.rules }),
    draft: async (input) => {
      // ranked all the same: rules go by what was read of the visitor, and every arm takes as long
      const ranked = isServerOrder ? inServerOrder(input.own) : input.own;
      const made = draft ? await draft({ ...input, own: ranked }) : await input.compose(ranked);
      return arms.length === 0 ? made : tell(made, isControl ? made : await composeControl(input));
    },
  };
}

const NOTHING_LEFT_OUT: LeftOut = { via: [], columns: [] };

function tell(made: ComposedSlate, control: ComposedSlate | null): ComposedSlate {
  // what is seen at most: a slate of all candidates is as diverse in any order
  const items = made.slate.items.slice(0, MAX_CONTROL_ITEMS);
  const controlTopK = control?.slate.items.slice(0, items.length).map(({ itemId }) => itemId);
  const diversity = diversityOf(items.map(({ candidate }) => candidate));
  const told = { ...(controlTopK && { controlTopK }), ...(diversity !== undefined && { diversity }) };
  return { ...made, slate: { ...made.slate, ...told } };
}

/** What is known of the visitor, for rules, without the scores. What kept an engine from answering stays. */
function inServerOrder(ranked: Ranked): Ranked {
  const { signalAgeMs, serverLag, facts, beforeSeq, problems } = ranked;
  return ranked.tier === 'server' ? ranked : { ...serverRanked(), signalAgeMs, serverLag, facts, beforeSeq, problems };
}
