import type { LogItem, SiteLog } from './site-log.ts';

/** Words that more items share than this say nothing of one of them. */
const MAX_SHARERS = 400;
/** Cosines below are chance. */
const MIN_SIMILARITY = 0.2;
const NEAREST = 20;
/** An id is taken for a code in a series where it is no longer; a hash has no neighbours. */
const MIN_STEM = 3;

/** The items most like one item by what the catalogue says of them. */
export interface AttributeNeighbours {
  readonly rows: Int32Array;
  /** Cosines in (0, 1]. */
  readonly similarity: Float64Array;
}

/**
 * Nearest items by tf-idf cosine (Salton & Buckley 1988) over the words of title, category and brand and the stems of the id: shops
 * number the variants of one range in a row. This is all that is known of a new item.
 */
export function createAttributeNeighbours(log: SiteLog, ids: readonly string[]): AttributeNeighbours[] {
  const words = ids.map((id) => wordsOf(log.items.get(id), id));
  const sharers = new Map<string, number[]>();
  words.forEach((list, row) => {
    for (const word of list) {
      const rows = sharers.get(word);
      if (rows === undefined) sharers.set(word, [row]);
      else rows.push(row);
    }
  });
  const weight = (word: string): number => Math.log(ids.length / (sharers.get(word)?.length ?? 1));
  const norm = words.map((list) => Math.sqrt(list.reduce((sum, word) => sum + weight(word) ** 2, 0)) || 1);
  return words.map((list, row) => {
    const found = new Map<number, number>();
    for (const word of list) {
      const rows = sharers.get(word) ?? [];
      if (rows.length > MAX_SHARERS) continue;
      for (const other of rows) found.set(other, (found.get(other) ?? 0) + weight(word) ** 2 / norm[row] / norm[other]);
    }
    found.delete(row);
    const best = [...found].filter(([, similarity]) => similarity > MIN_SIMILARITY);
    best.sort((a, b) => b[1] - a[1] || a[0] - b[0]).splice(NEAREST);
    return { rows: Int32Array.from(best, ([other]) => other), similarity: Float64Array.from(best, ([, s]) => s) };
  });
}

function wordsOf(item: LogItem | undefined, id: string): string[] {
  const { title = '', category = '', brand = '' } = item ?? {};
  const words = title
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1);
  // a code's last letter is a colour or a size
  const code = id.replace(/\p{Lu}+$/u, '');
  const stems = [0, 1, 2].flatMap((cut) =>
    code.length - cut >= MIN_STEM ? `#${String(cut)}${code.slice(0, code.length - cut)}` : [],
  );
  return [...new Set([...words, `category ${category}`, `brand ${brand}`, ...stems])];
}
