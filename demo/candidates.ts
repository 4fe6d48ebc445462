import { randomUUID } from 'node:crypto';
import type { Candidate, CandidateList } from '../src/core/candidate.ts';
import { CATALOGUE, type Product } from './catalogue.ts';
import type { TrainedItems } from './trained-items.ts';

/** The shop's generator: popular things, and beside a product things of its kind. */
export interface CandidateGenerator {
  list(request: CandidateRequest): CandidateList;
  /** One product as a candidate: what its own page tells the kit of it. */
  one(product: Product): Candidate;
}

export interface CandidateRequest {
  readonly placement: string;
  readonly anchor?: Product;
  /** Ids that must not come back, such as those in the cart. */
  readonly exclude?: readonly string[];
}

export interface GeneratorOptions {
  readonly trained: TrainedItems;
  /** Epoch ms. */
  readonly clock: () => number;
}

const MAX_ITEMS = 40;
const TTL_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
const SMALL_PRICE = 50;

/** What a placement may show; a placement not named here shows everything. */
const FILTERS: Readonly<Record<string, (product: Product) => boolean>> = {
  finds: ({ price }) => price.amount < SMALL_PRICE,
};

export function createGenerator({ trained, clock }: GeneratorOptions): CandidateGenerator {
  const create = (product: Product): Candidate => createCandidate(product, trained, clock());
  const most = Math.max(...CATALOGUE.map((product) => create(product).popularity ?? 0));
  const list = ({ placement, anchor, exclude = [] }: CandidateRequest): CandidateList => {
    const allowed = FILTERS[placement] ?? (() => true);
    const left = new Set([...exclude, anchor?.id]);
    const items = CATALOGUE.filter((product) => !left.has(product.id) && allowed(product))
      .map(create)
      .map((candidate) => ({ ...candidate, score: scoreOf(candidate, anchor, most) }))
      .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
      .slice(0, MAX_ITEMS);
    return {
      requestId: randomUUID(),
      placement,
      ...(anchor === undefined ? {} : { anchorItemId: anchor.id }),
      issuedAt: clock(),
      ttlMs: TTL_MS,
      // the generator has seen nothing of what a visitor does today
      serverSeenAt: clock() - DAY_MS,
      items,
    };
  };
  return { list, one: create };
}

/** Popularity, 0 to 1; beside a product its own category comes first. */
const scoreOf = (candidate: Candidate, anchor: Product | undefined, most: number): number =>
  (candidate.popularity ?? 0) / most + (candidate.category === anchor?.category ? 1 : 0);

/**
 * The bundle was trained on a simulated log that ended at some past time. The shop stands still at that end: whenever
 * it is asked, its items are as old as they were then, which is what the model knows. It sends the bundle's `popularity`
 * (events of the whole log) and leaves out `recentPopularity`, `sales` and `lastSoldAt`: nobody counts here.
 */
function createCandidate(product: Product, { items, logEnd }: TrainedItems, now: number): Candidate {
  const known = items.get(product.id);
  const publishedAt = known?.['publishedAt'];
  const shifts = typeof publishedAt === 'number' && logEnd !== undefined;
  const { id, title, price, category, brand, stock, margin, popularity } = product;
  return {
    id,
    title,
    url: `/product/${id}`,
    image: `/pictures/${id}.svg`,
    price,
    category,
    brand,
    stock,
    margin,
    popularity,
    ...known,
    ...(shifts && { publishedAt: now - (logEnd - publishedAt) }),
  };
}
