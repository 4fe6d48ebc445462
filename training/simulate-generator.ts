import { type CatalogueItem, SIMULATION_START_MS } from './simulate-model.ts';
import { gumbel } from './simulate-random.ts';

/** One row as the generator will come to know it; `item` is a place in the catalogue. */
export interface KnownRow {
  readonly item: number;
  readonly at: number;
}

export interface GeneratorOptions {
  readonly random: () => number;
  readonly catalogue: readonly CatalogueItem[];
  readonly lagMinutes: number;
}

export interface GeneratorRequest {
  readonly at: number;
  /** What it knows of the visit, oldest first: the newest rows are kept from it. */
  readonly known: readonly KnownRow[];
  /** Places in the catalogue that can be bought. */
  readonly onSale: readonly number[];
  readonly places: number;
}

/** Candidates per place of a list. */
const CANDIDATES_PER_PLACE = 3;
const HALF_LIFE_MS = 7 * 86_400_000;
const CATEGORY_WEIGHT = 2.5;
const DEMAND_WEIGHT = 0.5;
/** Candidates are the best of all with this much noise on their scores, so that others get a chance too. */
const NOISE = 0.7;
/** Scores below the best one's count no less than this: the floor under every propensity. */
export const SCORE_RANGE = 2.5;

/** A site's candidate generator: demand and the visit's categories, as far as its lag lets it know them. */
export class Generator {
  readonly #options: GeneratorOptions;
  /** Views, each doubling in weight every half-life; only their ratios matter. */
  readonly #demand: Float64Array;
  /** By time; those before `#next` are counted. */
  readonly #rows: KnownRow[] = [];
  #next = 0;

  constructor(options: GeneratorOptions) {
    this.#options = options;
    this.#demand = new Float64Array(options.catalogue.length);
  }

  /** Tells it of a view; it counts once the lag is over. */
  observe(row: KnownRow): void {
    // visits overlap by minutes, so its place is near the end
    let place = this.#rows.length;
    while (place > this.#next && this.#rows[place - 1].at > row.at) place--;
    this.#rows.splice(place, 0, row);
  }

  /** Candidates with their scores, best first; scores are at most 0, rounded to 2 decimals, and used so. */
  list(request: GeneratorRequest): { readonly candidates: readonly number[]; readonly scores: readonly number[] } {
    const { random } = this.#options;
    this.#learn(request.at);
    const shares = this.#categoryShares(request.known);
    const now = growth(request.at);
    const best = this.#offered(request)
      .map((item) => {
        const demand = Math.log1p(this.#demand[item] / now);
        const score = DEMAND_WEIGHT * demand + CATEGORY_WEIGHT * (shares.get(this.#category(item)) ?? 0);
        return { item, score, noisy: score + NOISE * gumbel(random) };
      })
      .sort((a, b) => b.noisy - a.noisy)
      .slice(0, CANDIDATES_PER_PLACE * request.places)
      .sort((a, b) => b.score - a.score || a.item - b.item);
    return {
      candidates: best.map(({ item }) => item),
      scores: best.map(({ score }) => Math.round(Math.max(-SCORE_RANGE, score - best[0].score) * 100) / 100),
    };
  }

  /** What it knows to be viewed in this visit is not offered again, where enough else is on sale. */
  #offered({ known, onSale, places }: GeneratorRequest): readonly number[] {
    const seen = new Set(known.map(({ item }) => item));
    const others = onSale.filter((item) => !seen.has(item));
    return others.length >= places ? others : onSale;
  }

  #categoryShares(known: readonly KnownRow[]): Map<string, number> {
    const shares = new Map<string, number>();
    for (const { item } of known) {
      const category = this.#category(item);
      shares.set(category, (shares.get(category) ?? 0) + 1 / known.length);
    }
    return shares;
  }

  #category(item: number): string {
    return this.#options.catalogue[item].category;
  }

  #learn(at: number): void {
    const until = at - this.#options.lagMinutes * 60_000;
    for (; this.#next < this.#rows.length && this.#rows[this.#next].at <= until; this.#next++) {
      const row = this.#rows[this.#next];
      this.#demand[row.item] += growth(row.at);
    }
  }
}

const growth = (at: number): number => 2 ** ((at - SIMULATION_START_MS) / HALF_LIFE_MS);
