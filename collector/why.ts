import type { LocalModels } from '../src/core/bundle.ts';
import type { FeedbackEvent } from '../src/core/event.ts';
import { VALUED_POSITIONS } from '../src/core/expected-utility.ts';
import { isUnchanged } from '../src/core/slate-log.ts';
import type { StoredEvents } from './log.ts';
import { type LoggedSlate, readLoggedSlate } from './logged-slate.ts';
import { type CostRow, CostTally } from './why-costs.ts';
import { type RuleDrops, TrafficTally } from './why-traffic.ts';
import { type FeatureShares, FeatureTally } from './why-features.ts';
import { type ItemReport, ItemTally } from './why-item.ts';
import { type Diversity, ListTally, type SlateMean } from './why-lists.ts';

export interface WhyOptions {
  /** Only slates, impressions and clicks of this placement. */
  readonly placement?: string;
  /** Also tells what happened to this item. */
  readonly itemId?: string;
  /** Of a bundle: what scores the logged model inputs, for the share of each feature group. */
  readonly models?: LocalModels;
  /** Gets a line now and then. */
  readonly progress?: (text: string) => void;
}

/** Figures have 4 decimals, times are epoch ms; docs/why.md says what each means. */
export interface WhyResult {
  /** Logged slates: a slate sent twice counts once. */
  readonly slates: number;
  /** Left out of everything, as `recompute` would report them. */
  readonly altered: number;
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  /** Slates by name. */
  readonly placements: Readonly<Record<string, number>>;
  readonly rulesVersions: Readonly<Record<string, number>>;
  readonly tiers: Readonly<Record<string, number>>;
  /** Candidates of all slates together. */
  readonly candidates: number;
  readonly drops: readonly RuleDrops[];
  /** Of a slate, over those with scores. */
  readonly expectedUtility: (SlateMean & { readonly positions: number }) | null;
  readonly costs: readonly CostRow[];
  readonly diversity: Diversity;
  readonly repetition: SlateMean | null;
  readonly featureGroups: FeatureShares | null;
  readonly item?: ItemReport;
  /** What could not be observed, and what it would need. */
  readonly notes: readonly string[];
}

const PROGRESS_EVERY = 1000;

/** Reads a log or an archive once and says what decided its slates. Memory grows with items, rules and units, and by an id a slate. */
export async function why(log: StoredEvents, options: WhyOptions = {}): Promise<WhyResult> {
  const { placement, itemId, models, progress } = options;
  const [traffic, costs, lists] = [new TrafficTally(), new CostTally(), new ListTally()];
  const item = itemId === undefined ? undefined : new ItemTally(itemId);
  const features = models && new FeatureTally(models);
  const readSlate = createSlateReader();
  for await (const { event } of log.read()) {
    if (placement !== undefined && event.placement !== placement) continue;
    item?.addEvent(event);
    if (event.kind === 'impression') lists.addImpression(event);
    if (event.kind === 'ranking') features?.addRanking(event);
    const slate = readSlate(event);
    if (slate === undefined) continue;
    if (slate === 'altered') {
      traffic.addAltered();
      continue;
    }
    for (const tally of [traffic, lists, item, features]) tally?.addSlate(slate);
    costs.add(slate.input);
    if (traffic.slates % PROGRESS_EVERY === 0) progress?.(`${String(traffic.slates)} slates`);
  }
  const { count: slates, mean } = costs.values;
  const result = {
    ...traffic.report(),
    expectedUtility: mean === null ? null : { slates, mean, positions: VALUED_POSITIONS },
    ...{ costs: costs.rows(), diversity: lists.diversity(), repetition: lists.repetition() },
    featureGroups: features?.shares() ?? null,
    ...(item && { item: item.report(traffic.slates) }),
  };
  return { ...result, notes: notesOn(result, models) };
}

/** The slate of an event that is one and comes for the first time. */
function createSlateReader(): (event: FeedbackEvent) => LoggedSlate | 'altered' | undefined {
  const seen = new Set<string>();
  return (event) => {
    const { kind, slateId = '', slate } = event;
    if (kind !== 'slate' || slate === undefined || seen.has(slateId)) return undefined;
    seen.add(slateId);
    return isUnchanged(slate) ? readLoggedSlate(event, slate) : 'altered';
  };
}

function notesOn(result: Omit<WhyResult, 'notes'>, models: LocalModels | undefined): string[] {
  const { slates, altered, expectedUtility, diversity, repetition, featureGroups } = result;
  const left =
    altered === 0 ? [] : [`${String(altered)} slates are not as the device wrote them; recompute names them`];
  if (slates === 0) {
    return [...left, 'not observable at level events: this log has no slate events; level training has them'];
  }
  const missing = (isMissing: boolean, note: string): string[] => (isMissing ? [`not observable: ${note}`] : []);
  const noRanking = models
    ? 'the share of feature groups: no slate here was scored by this bundle with its ranking event beside it'
    : 'the share of feature groups, without --bundle: it needs the bundle that scored, and ranking events';
  return [
    ...left,
    ...missing(expectedUtility === null, 'costs: every slate is in the server’s order, without scores'),
    ...missing(
      diversity.intraListSimilarity === null,
      'similarity: vectors are logged where the policy weighs diversity',
    ),
    ...missing(diversity.distinct.length === 0, 'distinct values: only fields of a quota or spacing rule are logged'),
    ...missing(repetition === null, 'repetition: no unit has two slates of one placement'),
    ...missing(featureGroups === null, noRanking),
  ];
}
