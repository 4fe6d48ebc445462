import { type Problem, createProblem } from '../core/problem.ts';
import type { Team } from '../core/event.ts';
import type { LeftOut } from '../core/protocol.ts';
import type { LeftItem, Slate, SlateItem } from '../core/slate.ts';
import { type DraftedSlot, draftTeams } from '../core/team-draft.ts';
import { type ComposedSlate, type SlateParts, trailOf } from './compose-slate.ts';
import type { ExperimentsOptions } from './experiments.ts';
import { type Ranked, Ranking, type RankingInput } from './ranking.ts';
import { type StartedRanker, startRanker } from './start-ranker.ts';
import { within } from './within.ts';

/** Of a slate's time, how much the other bundle may take to come. */
const LOAD_SHARE = 0.5;

/** What a slate is drafted from. */
export interface DraftInput {
  /** By the page's bundle. */
  readonly own: Ranked;
  /** As `own` was ranked, with the time that is left. */
  readonly input: RankingInput;
  /** By the page's bundle again, in the time that is left then. */
  readonly rank: (without: LeftOut | undefined) => Promise<Ranked>;
  readonly compose: Compose;
}

/** The whole slate of a ranking, by the rules and the policy, or by others. */
export type Compose = (
  ranked: Ranked,
  change?: Partial<Pick<SlateParts, 'policy' | 'rules'>>,
) => Promise<ComposedSlate>;

/** Answers the own slate where there is no other list. Never rejects. */
export type Draft = (input: DraftInput) => Promise<ComposedSlate>;

/** The second bundle of interleaved slates, which has a worker of its own, and the draft of both lists. */
export class Interleaving {
  readonly #options: ExperimentsOptions;
  readonly #ranker: StartedRanker;
  readonly #ranking: Ranking;
  #isPersonal: boolean;

  constructor(options: ExperimentsOptions, url: string) {
    const { settings, closed } = options;
    this.#options = options;
    this.#isPersonal = settings.consents.isPersonal;
    // no second onnxruntime: it takes 100 MB
    const maxTier = settings.maxTier === 'linear' ? 'linear' : 'micro';
    this.#ranker = startRanker({ ...options, url: Promise.resolve(url), maxTier });
    this.#ranking = new Ranking({ ...options, ...this.#ranker });
    closed.addEventListener('abort', () => this.#ranker.client?.close());
  }

  readonly draft: Draft = async ({ own, input, compose }) => {
    const composed = await compose(own);
    const { tier, modelId, tierProblem } = own;
    // nothing to rank by, or the own bundle is not there yet, which `tierProblem` says
    if (modelId === '') return composed;
    const started = performance.now();
    const { closed } = this.#options;
    await within(this.#ranker.loader.whole, input.leftMs * LOAD_SHARE, input.abort ? [closed, input.abort] : [closed]);
    const leftMs = input.leftMs - (performance.now() - started);
    const other = await this.#ranking.rank({ ...input, leftMs });
    // lists of two engines would not only differ by their bundles
    if (other.tier === tier && other.modelId !== '') {
      // its bundle and worker have been reported as they failed
      const isNews = (problem: Problem): boolean => !other.problems.includes(problem);
      return join(composed, await compose(other), isNews);
    }
    const why = (other.tierProblem ?? tierProblem)?.message ?? `"${tier}" made the own list, "${other.tier}" the other`;
    return withProblems(composed, [
      createProblem('interleaving_unavailable', `the slate is the own one alone, without teams: ${why}`),
    ]);
  };

  /** What was read of the visitor; and which storage may be read. */
  forget(): void {
    this.#ranking.forget();
    const { isPersonal } = this.#options.settings.consents;
    if (isPersonal !== this.#isPersonal) this.#ranker.client?.reopen();
    this.#isPersonal = isPersonal;
  }
}

function withProblems(composed: ComposedSlate, more: readonly Problem[]): ComposedSlate {
  const { slate } = composed;
  return { ...composed, slate: { ...slate, problems: distinct([...slate.problems, ...more]) } };
}

/** Both lists have the same to say of the same thing. */
const distinct = (problems: readonly Problem[]): Problem[] => [
  ...new Map(problems.map((problem) => [problem.code + problem.message, problem])).values(),
];

/** One slate of two. */
function join(own: ComposedSlate, other: ComposedSlate, isNews: (problem: Problem) => boolean): ComposedSlate {
  const { slateId, rules, dropped, policy } = own.input;
  const byRow = { own: itemsOf(own), other: itemsOf(other) };
  const lists = { own: [...byRow.own.keys()], other: [...byRow.other.keys()] };
  const drafted = draftTeams({ slateId, lists, rules, dropped, slots: policy.slots });
  const items = drafted.flatMap((slot) => itemOf(slot, byRow) ?? []).map((item, position) => ({ ...item, position }));
  const shown = new Set(items.map(({ itemId }) => itemId));
  const outranked = own.slate.items.map(({ itemId, serverRank }): LeftItem => {
    return { itemId, serverRank, trail: [{ step: 'outranked' }] };
  });
  const left = [...own.slate.left, ...outranked].filter(({ itemId }) => !shown.has(itemId));
  // what adaptation did is known of each list, and not of both together
  const slate: { -readonly [Field in keyof Slate]: Slate[Field] } = { ...own.slate };
  delete slate.adaptation;
  const { modelId: otherModelId, problems } = other.slate;
  const joined = { ...slate, items, otherModelId, left: left.sort((a, b) => a.serverRank - b.serverRank) };
  return withProblems({ ...own, slate: joined }, problems.filter(isNews));
}

type ByRow = ReadonlyMap<number, SlateItem>;

/** By their rows, in the order of the slate. */
const itemsOf = ({ slate }: ComposedSlate): ByRow => new Map(slate.items.map((item) => [item.serverRank, item]));

/** As it stands in the list of who picked it. */
function itemOf(slot: DraftedSlot, byRow: Readonly<Record<Team, ByRow>>): SlateItem | undefined {
  const { row, team, propensity, isPinned } = slot;
  const item = byRow[team ?? 'own'].get(row);
  const trail = trailOf({ ...slot, by: isPinned ? 'pinned' : 'ranked' });
  return item && { ...item, propensity, explored: false, ...(team !== null && { team }), trail };
}
