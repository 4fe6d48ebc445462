import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../src/core/random.ts';
import { type Split, heldOutPart, refuseTrained } from './bundle-engines.ts';
import type { BundleEngines } from './bundle-engines.ts';
import type { Vocabulary } from './catalogue.ts';
import { PopularitySampler } from './examples.ts';
import { InputError } from './input-error.ts';
import { type Query, makeQueries, readQueries } from './queries.ts';
import type { SiteLog } from './site-log.ts';

/** Queries made from a log that brings none. */
const MAX_MADE = 3_000;

export interface QuerySource {
  readonly dataDir: string;
  readonly log: SiteLog;
  readonly engines: BundleEngines;
  readonly split: Split;
  readonly seed: number;
  /** At most this many, drawn by the seed. */
  readonly limit?: number;
  readonly warn: (text: string) => void;
}

export interface LoadedQueries {
  readonly queries: readonly Query[];
  /** How many there were before `limit`. */
  readonly available: number;
  /** The file's name, or that they were made. */
  readonly from: string;
  readonly rejectedRows: number;
}

/**
 * The queries of a held-out part: `rerank_SPLIT.csv.gz` of the folder, else made from its sessions. Throws `InputError`
 * where the bundle was trained on the part or on the session of a query, or there is no query.
 */
export async function loadQueries(source: QuerySource): Promise<LoadedQueries> {
  const { dataDir, log, engines, split, seed, limit, warn } = source;
  const { vocabulary } = engines;
  const { from, to } = heldOutPart(log, engines.manifest, split);
  const name = `rerank_${split}.csv.gz`;
  const file = join(dataDir, name);
  const hasFile = existsSync(file);
  const random = createRandom(seed);
  let read: { queries: Query[]; rejectedRows: number };
  if (hasFile) {
    read = await readQueries(file, { log, warn });
    refuseTrained(file, read.queries, engines.manifest);
  } else
    read = {
      queries: makeHeldOutQueries({ log, vocabulary, from, to, random, maxQueries: MAX_MADE }),
      rejectedRows: 0,
    };
  if (read.queries.length === 0) {
    throw new InputError(`${dataDir}: the ${split} part has no session with two known items to ask for`);
  }
  const queries = limit === undefined ? read.queries : sampleOf(read.queries, limit, random);
  return {
    ...{ queries, available: read.queries.length, rejectedRows: read.rejectedRows },
    from: hasFile ? name : 'sessions of the log',
  };
}

export interface HeldOut {
  readonly log: SiteLog;
  /** What training knows: targets and candidates. */
  readonly vocabulary: Vocabulary;
  /** Epoch ms; sessions that start from `from` to before `to`. */
  readonly from: number;
  readonly to: number;
  readonly random: () => number;
  readonly maxQueries: number;
}

/** Queries of a log's held-out sessions, with candidates drawn by training popularity. */
export function makeHeldOutQueries({ log, vocabulary, from, to, random, maxQueries }: HeldOut): Query[] {
  const { ids, counts } = vocabulary;
  const held = log.sessions.filter(({ startAt }) => startAt >= from && startAt < to);
  const sampler = new PopularitySampler(random);
  sampler.reset([...counts]);
  const draw = (count: number, isExcluded: (id: string) => boolean): string[] | undefined =>
    sampler.draw(count, (row) => isExcluded(ids[row]))?.map((row) => ids[row]);
  // an item that no draw brings as another's negative would be known for a target by that
  const known = new Set(ids.filter((_, row) => counts[row] > 0));
  return makeQueries(held, known, { random, draw, maxQueries });
}

/** `count` of the values by chance, in their own order (selection sampling, Knuth 3.4.2 S). */
export function sampleOf<T>(values: readonly T[], count: number, random: () => number): T[] {
  const chosen: T[] = [];
  values.forEach((value, i) => {
    if ((values.length - i) * random() < count - chosen.length) chosen.push(value);
  });
  return chosen;
}
