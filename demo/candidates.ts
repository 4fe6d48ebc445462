import { randomUUID } from 'node:crypto';
import type { Candidate, CandidateList } from '../src/core/candidate.ts';
import { ACTIONS } from './actions.ts';
import { CATALOGUE, type Product } from './catalogue.ts';
import type { TrainedItems } from './trained-items.ts';

/**
 * The shop's generator: popular things of every kind, beside a product things of its kind, with a cart things of other
 * kinds. What is sold out is not proposed.
 */
export interface CandidateGenerator {
  list(request: CandidateRequest): CandidateList;
  /** One product as a candidate: what its own page tells the kit of it. */
  one(product: Product): Candidate;
}

export interface CandidateRequest {
  readonly placement: string;
  readonly anchor?: Product;
  /** Ids of the only categories that may come back. */
  readonly categories?: readonly string[];
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

/** A home page shows at most so many of one category, for a visitor of whom nothing is known may want anything. */
const HOME_CATEGORY_MAX = 5;

/** What a placement may show; a placement not named here shows everything. */
const FILTERS: Readonly<Record<string, (product: Product) => boolean>> = {
  finds: ({ price }) => price.amount < SMALL_PRICE,
};

export function createGenerator({ trained, clock }: GeneratorOptions): CandidateGenerator {
  const create = (product: Product): Candidate => createCandidate(product, trained, clock());
  const most = Math.max(...CATALOGUE.map((product) => create(product).popularity ?? 0));
  const products = ({ placement, anchor, categories, exclude = [] }: CandidateRequest): Candidate[] => {
    const allowed = FILTERS[placement] ?? (() => true);
    const left = new Set([...exclude, anchor?.id]);
    const found = CATALOGUE.filter((product) => product.stock > 0 && !left.has(product.id) && allowed(product))
      .filter(({ category }) => categories?.includes(category) ?? true)
      .map((product) => propose(create(product), product, { placement, anchor, most }))
      .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
    return (placement === 'home' ? keepVaried(found) : found).slice(0, MAX_ITEMS);
  };
  const list = (request: CandidateRequest): CandidateList => ({
    requestId: randomUUID(),
    placement: request.placement,
    ...(request.anchor === undefined ? {} : { anchorItemId: request.anchor.id }),
    issuedAt: clock(),
    ttlMs: TTL_MS,
    // the generator has seen nothing of what a visitor does today
    serverSeenAt: clock() - DAY_MS,
    items: request.placement === 'next-action' ? ACTIONS : products(request),
  });
  return { list, one: create };
}

interface Scoring {
  readonly placement: string;
  readonly anchor: Product | undefined;
  /** The highest popularity. */
  readonly most: number;
}

type Proposal = Candidate & { readonly score: number };

/**
 * Scored by popularity, 0 to 1. Beside a product its own category comes first, and in it what has the same shape; in a
 * cart the other categories do.
 */
function propose(candidate: Candidate, { category, shape }: Product, { placement, anchor, most }: Scoring): Proposal {
  const popularity = (candidate.popularity ?? 0) / most;
  if (anchor === undefined) return { ...candidate, score: popularity };
  const sameKind = category === anchor.category;
  const first = placement === 'cart' ? !sameKind : sameKind;
  const alike = placement !== 'cart' && shape === anchor.shape;
  return { ...candidate, sameKind, score: popularity + (first ? 1 : 0) + (alike ? 1 : 0) };
}

/** Without those of a category that has had its share. */
function keepVaried(found: readonly Proposal[]): Proposal[] {
  const counts = new Map<unknown, number>();
  return found.filter(({ category }) => {
    const count = (counts.get(category) ?? 0) + 1;
    counts.set(category, count);
    return count <= HOME_CATEGORY_MAX;
  });
}

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
