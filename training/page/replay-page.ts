import { type Candidate, type Kit, type Slate, createKit } from '../../src/index.ts';
import type { ReplayAnswer, ReplayCandidate, ReplaySession, ReplaySetup } from './replay-messages.ts';

/**
 * The page that `nearside replay` drives: a site that knows its catalogue, a kit with its public API, and queries that
 * come in by session.
 */
export interface ReplayPage {
  readonly tier: string;
  readonly problem: string | null;
  run(session: ReplaySession): Promise<ReplayAnswer[]>;
}

const DEADLINE_MS = 10_000;
/** Without a GPU, SwiftShader compiles each new shape for seconds. */
const WEBGPU_DEADLINE_MS = 120_000;

export async function startReplay({ items: catalogue, maxTier, kind, policy }: ReplaySetup): Promise<ReplayPage> {
  const items = new Map(catalogue.map((item) => [item.id, item]));
  let now = 0;
  const kit = createKit({
    bundleUrl: '/bundle/',
    maxTier,
    policy: policy === 'scores' ? false : policy,
    clock: () => now,
    deadlineMs: maxTier === 'webgpu' ? WEBGPU_DEADLINE_MS : DEADLINE_MS,
    utcOffsetMinutes: 0,
  });
  const ready = await kit.ready();
  const run = async (session: ReplaySession): Promise<ReplayAnswer[]> => {
    now = session.startAt;
    await kit.erase();
    kit.describe(catalogue);
    if (session.history.length > 0) await kit.import(session.history);
    const answers: ReplayAnswer[] = [];
    let recorded: readonly string[] = [];
    for (const { context, candidates, target } of session.queries) {
      for (const itemId of context.slice(recorded.length)) await kit.record({ kind, itemId });
      recorded = context;
      const list = candidates.map((given) => withDemand(items, given));
      const { slate, answer } = await ask(kit, list, target);
      answers.push(answer);
      if (policy !== 'scores') await see(kit, slate);
    }
    return answers;
  };
  return { tier: ready.tier, problem: ready.problem?.message ?? null, run };
}

function withDemand(items: ReadonlyMap<string, Candidate>, given: ReplayCandidate): Candidate {
  return { ...items.get(given.id), ...given };
}

async function ask(
  kit: Kit,
  candidates: readonly Candidate[],
  target: string,
): Promise<{ slate: Slate; answer: ReplayAnswer }> {
  const startedAt = performance.now();
  const slate = await kit.slate('replay', { candidates });
  const ms = performance.now() - startedAt;
  const rank = slate.items.findIndex(({ itemId }) => itemId === target);
  const top10 = slate.items.slice(0, 10).map(({ itemId }) => itemId);
  return { slate, answer: { top10, rank, tier: slate.tier, problem: slate.tierProblem?.code ?? null, ms } };
}

/** The visitor sees the first ten: what fatigue reads. */
async function see(kit: Kit, { slateId, items }: Slate): Promise<void> {
  const seen = items.slice(0, 10).map(({ itemId, position }) => ({ itemId, position }));
  await Promise.all(seen.map((item) => kit.record({ kind: 'impression', slateId, ...item })));
}
