import { toEpochMs } from './clock.ts';
import { parseMoney, type Money } from './money.ts';
import { type Problem, createProblem } from './problem.ts';
import { VEC_TEXT_BYTES, base64Length } from './base64.ts';
import { isNumber } from './guards.ts';

/** A slate is chosen among at most this many candidates (DESIGN section 5: M <= 500). */
export const MAX_CANDIDATES = 500;

/**
 * One candidate as a site's server sends it. Only `id` is required; unknown fields pass through untouched to
 * templates and rules.
 */
export interface Candidate {
  readonly id: string;
  readonly title?: string;
  /** http(s) or relative. */
  readonly url?: string;
  readonly image?: string;
  readonly price?: Money;
  readonly category?: string;
  readonly brand?: string;
  readonly stock?: number;
  readonly margin?: number;
  /** The generator's own score; any scale, higher is better. */
  readonly score?: number;
  /** Events of the item (views, clicks, carts and purchases) in the site's whole log; >= 0. */
  readonly popularity?: number;
  /** The same count with an age decay of 120 days half-life; >= 0. */
  readonly recentPopularity?: number;
  /** Purchases (on a site that logs none: events) in the last 1, 3 and 7 days; each >= 0. */
  readonly sales?: readonly [number, number, number];
  /** Epoch ms of the item's first appearance. */
  readonly publishedAt?: number;
  /** Epoch ms of the newest purchase (there: event) of the item by anybody, as far as the generator knows. */
  readonly lastSoldAt?: number;
  /** base64 of 32 int8 "out", 32 int8 "in", 2 float32 scales, little-endian: 72 bytes. */
  readonly vec?: string;
  /** base64 of up to 24 x (uint32 item hash + uint8 weight), little-endian. */
  readonly nbrs?: string;
  /** Of what `kit.describe` is given: the source (`via`) of words that count only where nothing else is known. */
  readonly toldBy?: string;
  readonly [field: string]: unknown;
}

/** What a site's server answers: candidates in the server's own order. */
export interface CandidateList {
  readonly requestId: string;
  readonly placement: string;
  readonly anchorItemId?: string;
  /** Epoch ms. */
  readonly issuedAt: number;
  readonly ttlMs: number;
  /** Epoch ms of the newest behaviour that the generator used. */
  readonly serverSeenAt?: number;
  /** Business rules for this list, not yet checked (docs/rules.md). */
  readonly rules?: unknown;
  readonly items: readonly Candidate[];
}

export interface ParsedCandidates {
  readonly list: CandidateList;
  readonly problems: readonly Problem[];
}

const isCount = (value: unknown): boolean => isNumber(value) && value >= 0;
const isText = (value: unknown): boolean => typeof value === 'string';

const CHECKS: Record<string, (value: unknown) => boolean> = {
  title: isText,
  url: isText,
  image: isText,
  category: isText,
  brand: isText,
  price: (value) => parseMoney(value) !== undefined,
  stock: isNumber,
  margin: isNumber,
  score: isNumber,
  popularity: isCount,
  recentPopularity: isCount,
  publishedAt: isNumber,
  lastSoldAt: isNumber,
  sales: (value) => Array.isArray(value) && value.length === 3 && value.every(isCount),
  vec: (value) => isText(value) && base64Length(value as string) === VEC_TEXT_BYTES,
  toldBy: isText,
  nbrs: (value) => isText(value) && (base64Length(value as string) ?? 1) % 5 === 0,
};

/**
 * Reads a candidate list from outside: the DESIGN section 4 object, or a bare array of candidates. Entries with no
 * id and repeats are dropped, wrong fields are removed from their item, the list is cut at 500: each with one
 * problem that counts them. Never throws.
 */
export function parseCandidates(input: unknown, now: number): ParsedCandidates {
  const object = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  const raw = Array.isArray(input) ? input : object['items'];
  const problems: Problem[] = [];
  if (!Array.isArray(raw)) {
    problems.push(createProblem('candidates_invalid', 'candidates must be an array, or an object with an items array'));
  }
  const text = (key: string): string | undefined => (typeof object[key] === 'string' ? object[key] : undefined);
  const number = (key: string): number | undefined => (isNumber(object[key]) ? object[key] : undefined);
  const [issuedAt, serverSeenAt] = mendTimes([number('issuedAt'), number('serverSeenAt')], problems);
  const anchorItemId = text('anchorItemId');
  const list: CandidateList = {
    requestId: text('requestId') ?? '',
    placement: text('placement') ?? '',
    ...(anchorItemId === undefined ? {} : { anchorItemId }),
    issuedAt: issuedAt ?? now,
    ttlMs: number('ttlMs') ?? Number.MAX_SAFE_INTEGER,
    ...(serverSeenAt === undefined ? {} : { serverSeenAt }),
    ...(object['rules'] === undefined || object['rules'] === null ? {} : { rules: object['rules'] }),
    items: parseItems(Array.isArray(raw) ? raw : [], problems),
  };
  return { list, problems };
}

/** A clock in seconds instead of milliseconds is plain from one number: mended, and named once. */
function mendTimes(times: readonly (number | undefined)[], problems: Problem[]): (number | undefined)[] {
  const mended = times.map((time) => time && toEpochMs(time));
  const count = mended.filter((time, i) => time !== times[i]).length;
  if (count > 0) {
    const what = `${String(count)} times look like seconds or microseconds and were converted; send epoch milliseconds`;
    problems.push(createProblem('candidate_field_invalid', what));
  }
  return mended;
}

function mendItems(given: readonly Candidate[], problems: Problem[]): Candidate[] {
  const times = mendTimes(
    given.flatMap(({ publishedAt, lastSoldAt }) => [publishedAt, lastSoldAt]),
    problems,
  );
  return given.map((item, i) => {
    const [publishedAt, lastSoldAt] = times.slice(2 * i);
    return {
      ...item,
      ...(publishedAt !== undefined && { publishedAt }),
      ...(lastSoldAt !== undefined && { lastSoldAt }),
    };
  });
}

function parseItems(raw: readonly unknown[], problems: Problem[]): Candidate[] {
  const seen = new Map<string, Candidate>();
  const counts = { missing: 0, repeated: 0, fields: 0, beyond: 0 };
  for (const entry of raw) {
    const id = typeof entry === 'object' && entry !== null ? (entry as { id?: unknown }).id : undefined;
    if (typeof id !== 'string' || id === '') counts.missing++;
    else if (seen.has(id)) counts.repeated++;
    else if (seen.size >= MAX_CANDIDATES) counts.beyond++;
    else
      seen.set(
        id,
        cleanCandidate(entry as Candidate, () => counts.fields++),
      );
  }
  const items = mendItems([...seen.values()], problems);
  const known = items.filter(({ vec }) => vec !== undefined).length;
  const report = (count: number, code: Problem['code'], message: string): void => {
    if (count > 0) problems.push(createProblem(code, `${String(count)} ${message}`));
  };
  report(counts.missing, 'candidate_id_missing', 'candidates have no text id and were left out');
  report(counts.repeated, 'candidate_duplicate', 'candidates repeat an id and were left out');
  report(counts.fields, 'candidate_field_invalid', 'candidate fields have a wrong type or value and count as missing');
  report(counts.beyond, 'candidates_too_many', `candidates beyond the first ${String(MAX_CANDIDATES)} were left out`);
  // where no candidate has a vector, the site sends none: that is a choice and not a defect
  const unknown = known === 0 ? 0 : items.length - known;
  report(
    unknown,
    'candidate_unknown',
    'candidates have no vec (unknown to the bundle?) and rank by their numbers alone',
  );
  return items;
}

/** Without the fields that are null, which many servers send for "none", or wrong, which `onRemoved` counts. */
function cleanCandidate(candidate: Candidate, onRemoved: () => void): Candidate {
  const removed = Object.keys(CHECKS).filter((field) => {
    const value = candidate[field];
    if (value === undefined) return false;
    if (value !== null && !CHECKS[field]?.(value)) onRemoved();
    return value === null || !CHECKS[field]?.(value);
  });
  if (removed.length === 0) return candidate;
  return Object.fromEntries(Object.entries(candidate).filter(([field]) => !removed.includes(field))) as Candidate;
}
