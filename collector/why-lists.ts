import type { FeedbackEvent } from '../src/core/event.ts';
import { cosine } from '../src/core/slot-loop.ts';
import type { LoggedSlate } from './logged-slate.ts';
import { Mean, round4 } from './mean.ts';

/** Mean over slates, and over how many. */
export interface SlateMean {
  readonly slates: number;
  readonly mean: number;
}

/** How varied lists are. "Shown" is the first ten positions of a slate. */
export interface Diversity {
  /** Different values among the shown, of the field that a quota or spacing rule is about. */
  readonly distinct: readonly (SlateMean & { readonly kind: 'quota' | 'spacing'; readonly ruleId: string })[];
  /** Mean pairwise cosine of the shown items' vectors (Ziegler et al. 2005); null where no slate logs vectors. */
  readonly intraListSimilarity: SlateMean | null;
  /** Items shown at least once / items that were a candidate. */
  readonly coverage: number | null;
  /** Of exposure over the items that were a candidate: 0 all alike, near 1 a few have it all. */
  readonly gini: number | null;
  /** What `gini` counts: impressions, or, where the log has none, being shown. */
  readonly exposure: 'impressions' | 'shown';
}

interface ItemExposure {
  candidate: boolean;
  shown: number;
  impressions: number;
}

/** Adds up what lists look like: memory grows with items, and with units and placements for repetition. */
export class ListTally {
  readonly #items = new Map<string, ItemExposure>();
  readonly #distinct = new Map<string, Mean>();
  readonly #similarity = new Mean();
  readonly #repetition = new Mean();
  /** Shown items of the newest slate, by unit and placement. */
  readonly #previous = new Map<string, readonly string[]>();

  addSlate({ event, log, input, shown }: LoggedSlate): void {
    for (const id of log.candidates) this.#item(id).candidate = true;
    const ids = shown.flatMap((row) => log.candidates[row] ?? []);
    for (const id of ids) this.#item(id).shown++;
    this.#addDistinct(log.rules, shown);
    const similarity = input.vectors && similarityOf(input.vectors, shown);
    if (similarity !== null) this.#similarity.add(similarity);
    this.#addRepetition(JSON.stringify([event.unitId, event.placement]), ids);
  }

  addImpression({ itemId }: FeedbackEvent): void {
    if (itemId !== undefined) this.#item(itemId).impressions++;
  }

  diversity(): Diversity {
    // an impression may belong to a slate that was not logged, and its item to no candidate list
    const items = [...this.#items.values()].filter(({ candidate }) => candidate);
    const exposure = items.some(({ impressions }) => impressions > 0) ? 'impressions' : 'shown';
    const shown = items.filter((item) => item.shown > 0).length;
    return {
      distinct: [...this.#distinct].flatMap(([key, mean]) => {
        const [kind, ruleId] = JSON.parse(key) as ['quota' | 'spacing', string];
        const found = slateMean(mean);
        return found ? [{ kind, ruleId, ...found }] : [];
      }),
      intraListSimilarity: slateMean(this.#similarity),
      coverage: items.length === 0 ? null : round4(shown / items.length),
      ...{ gini: giniOf(items.map((item) => item[exposure])), exposure },
    };
  }

  /** Share of the shown items that the slate of the same unit and placement before this one had shown. */
  repetition(): SlateMean | null {
    return slateMean(this.#repetition);
  }

  #item(id: string): ItemExposure {
    const item = this.#items.get(id) ?? { candidate: false, shown: 0, impressions: 0 };
    this.#items.set(id, item);
    return item;
  }

  #addDistinct({ quotas, spacing, columns }: LoggedSlate['log']['rules'], shown: readonly number[]): void {
    const rules = [
      ...quotas.map(({ ruleId, column }) => ({ key: JSON.stringify(['quota', ruleId]), column })),
      ...spacing.map(({ ruleId, column }) => ({ key: JSON.stringify(['spacing', ruleId]), column })),
    ];
    for (const { key, column } of rules) {
      const codes = columns[column];
      if (codes === undefined || shown.length === 0) continue;
      const mean = this.#distinct.get(key) ?? new Mean();
      this.#distinct.set(key, mean);
      mean.add(new Set(shown.map((row) => codes[row] ?? 0).filter((code) => code !== 0)).size);
    }
  }

  #addRepetition(key: string, ids: readonly string[]): void {
    const before = this.#previous.get(key);
    this.#previous.set(key, ids);
    if (before === undefined || ids.length === 0) return;
    this.#repetition.add(ids.filter((id) => before.includes(id)).length / ids.length);
  }
}

const slateMean = ({ count: slates, mean }: Mean): SlateMean | null => (mean === null ? null : { slates, mean });

/** Mean cosine of all pairs that have vectors; null without a pair. */
function similarityOf(vectors: Int8Array, rows: readonly number[]): number | null {
  const known = rows.filter((row) => cosine(vectors, row, row) > 0);
  const pairs = new Mean();
  known.forEach((row, at) => known.slice(0, at).forEach((other) => pairs.add(cosine(vectors, row, other))));
  return pairs.count === 0 ? null : pairs.sum / pairs.count;
}

/** Gini's coefficient of n values >= 0: 2 sum(i x_i) / (n sum(x)) - (n + 1) / n, x ascending; null where all are 0. */
export function giniOf(values: readonly number[]): number | null {
  const sum = values.reduce((total, value) => total + value, 0);
  if (sum === 0) return null;
  const ranked = values.toSorted((a, b) => a - b).reduce((total, value, at) => total + (at + 1) * value, 0);
  const size = values.length;
  return round4((2 * ranked) / (size * sum) - (size + 1) / size);
}
