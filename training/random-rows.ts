import type { Candidate } from '../src/core/candidate.ts';
import type { GoldenRow } from '../src/core/manifest.ts';
import type { BundleItem } from './bundle-items.ts';
import { logMoment } from './log-moment.ts';

const HOUR_MS = 3_600_000;
const MAX_CANDIDATES = 50;
const MAX_SIGNALS = 12;

export type RawRow = Omit<GoldenRow, 'logits' | 'linear'>;

/** Visits that nobody made, over the bundle's own items: what two forms of one model are compared on. */
export function createRandomRows(items: readonly BundleItem[], count: number, random: () => number): RawRow[] {
  const pick = (): Candidate => items[Math.floor(random() * items.length)];
  return Array.from({ length: count }, (_, n) => {
    const now = Date.UTC(2026, 0, 1) + n * HOUR_MS;
    const candidates = new Map<string, Candidate>();
    // with replacement: a bundle of few items gives shorter lists
    for (let i = 0; i < MAX_CANDIDATES; i++) {
      const item = pick();
      const [popularity, recentPopularity] = [random() * 1000, random() * 100];
      candidates.set(item.id, {
        ...item,
        popularity,
        recentPopularity,
        sales: [random() * 5, random() * 20, random() * 50],
      });
    }
    const met = Array.from({ length: 1 + Math.floor(random() * MAX_SIGNALS) }, pick);
    const signals = met.map(({ id: itemId }, i) => ({
      at: now - (met.length - i) * 60_000,
      // the first half is a visit of the day before
      sessionId: i < met.length / 2 ? 'earlier' : 'now',
      kind: random() < 0.3 ? ('purchase' as const) : ('view' as const),
      itemId,
    }));
    return { moment: logMoment(now, 'now'), signals, known: met, candidates: [...candidates.values()] };
  });
}
