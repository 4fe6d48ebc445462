import { isProblem } from '../core/problem.ts';
import { TIERS, type Tier } from '../core/slate.ts';
import type { RankingOptions } from './ranking.ts';
import type { Kit } from './types.ts';

export type Readiness = Awaited<ReturnType<Kit['ready']>>;

/** Waits until nothing stronger will come; answers with what runs, in the worker or on the page. */
export async function findReadiness({ settings, opened, loader, client }: RankingOptions): Promise<Readiness> {
  const { problem: unstored } = await opened;
  await loader.whole;
  // a kill switch may have said so
  if (settings.maxTier === 'server') return { tier: 'server', modelId: '' };
  if (settings.bundleUrl === null) return { tier: 'linear', modelId: '' };
  const reply = client === null || unstored ? unstored : await client.loaded();
  if (reply !== undefined && !isProblem(reply)) return { ...reply, modelId: loader.modelId(reply.tier) };
  const { micro, linearProblem } = loader.models();
  const wanted = TIERS.indexOf(settings.maxTier) >= TIERS.indexOf('micro');
  const tier: Tier = wanted && micro !== null && !isProblem(micro) ? 'micro' : 'linear';
  const problem = reply ?? (wanted && isProblem(micro) ? micro : tier === 'linear' ? linearProblem : undefined);
  return { tier, modelId: loader.modelId(tier), ...(problem && { problem }) };
}
