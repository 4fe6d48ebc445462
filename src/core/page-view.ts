import { isRecord } from './guards.ts';
import type { ProblemCode } from './problem.ts';
import type { PageNotes } from './page-notes.ts';
import { CHANNELS, type Channel } from './releases.ts';
import { TIERS, type Tier } from './slate.ts';

/** How a page view began, in the words of the npm package web-vitals; pages that load no document do not count. */
const NAVIGATION_TYPES = ['navigate', 'reload', 'back-forward', 'back-forward-cache', 'prerender', 'restore'] as const;
export type NavigationType = (typeof NAVIGATION_TYPES)[number];

/** What a page view was like for its visitor (web.dev/articles/vitals). Absent: the browser measured none. */
export interface Vitals {
  /** Largest Contentful Paint, whole ms. */
  readonly lcpMs?: number;
  /** Interaction to Next Paint, whole ms. */
  readonly inpMs?: number;
  /** Cumulative Layout Shift, a score of 4 decimals. */
  readonly cls?: number;
  readonly navigation?: NavigationType;
}

/** What the kit did on a page view. */
export interface PageHealth {
  /** Slates by the engine that answered. */
  readonly tiers?: Readonly<Partial<Record<Tier, number>>>;
  /** How long `slate()` took: of how many, the median and the longest, whole ms. */
  readonly slateMs?: { readonly n: number; readonly p50: number; readonly max: number };
  /** How often each problem was reported. */
  readonly problems?: Readonly<Partial<Record<ProblemCode, number>>>;
  /** Of a registry: the number of the release that ranked at the end, and which of its bundles. */
  readonly release?: number;
  readonly channel?: Channel;
}

/** A day: longer is a clock that has jumped, or a page that was asleep. */
const MAX_MS = 86_400_000;
/** Layout shifts add up within a window of 5 s; each is at most 1. */
const MAX_CLS = 1_000;
/** Codes of one page view; more than a page that works at all can have. */
const MAX_CODES = 20;

const toMs = (ms: number): number => Math.min(MAX_MS, Math.max(0, Math.round(ms)));

/** As the browser measures it, unrounded; times in ms. */
export interface MeasuredPage {
  lcp?: number;
  inp?: number;
  cls?: number;
  navigation?: string;
}

/** Rounds what was measured to what is sent; undefined where nothing was. */
export function createVitals({ lcp, inp, cls, navigation }: MeasuredPage): Vitals | undefined {
  if (lcp === undefined && inp === undefined && cls === undefined) return undefined;
  const known = NAVIGATION_TYPES.find((type) => type === navigation);
  return {
    ...(lcp !== undefined && { lcpMs: toMs(lcp) }),
    ...(inp !== undefined && { inpMs: toMs(inp) }),
    ...(cls !== undefined && { cls: Math.min(MAX_CLS, Math.max(0, Math.round(cls * 1e4) / 1e4)) }),
    ...(known && { navigation: known }),
  };
}

/** Counts the notes; undefined where there are none. The median is the lower one of two. */
export function createPageHealth({ slates, problems, release }: PageNotes): PageHealth | undefined {
  if (slates.length + problems.length === 0) return undefined;
  const sorted = slates.map(({ ms }) => toMs(ms)).sort((a, b) => a - b);
  const [p50, max] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted.at(-1)];
  return {
    ...(p50 !== undefined &&
      max !== undefined && {
        tiers: countEach(slates.map(({ tier }) => tier)),
        slateMs: { n: sorted.length, p50, max },
      }),
    ...(problems.length > 0 && { problems: countEach(problems) }),
    ...(release && { release: release.number, channel: release.channel }),
  };
}

/** How often each of the first 20 names comes. */
function countEach<Name extends string>(names: readonly Name[]): Partial<Record<Name, number>> {
  const counts = new Map<Name, number>();
  for (const name of names) {
    if (counts.has(name) || counts.size < MAX_CODES) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries(counts) as Partial<Record<Name, number>>;
}

/** Reads `vitals` from the wire: exactly its fields; undefined where one is wrong or none was measured. */
export function parseVitals(value: unknown): Vitals | undefined {
  if (!isRecord(value)) return undefined;
  const { lcpMs, inpMs, cls, navigation } = value;
  const measured = [lcpMs, inpMs, cls].filter((one) => one !== undefined);
  const isRight =
    [lcpMs, inpMs].every((ms) => ms === undefined || isWhole(ms, MAX_MS)) &&
    (cls === undefined || (typeof cls === 'number' && cls >= 0 && cls <= MAX_CLS)) &&
    (navigation === undefined || NAVIGATION_TYPES.some((type) => type === navigation));
  return isRight && measured.length > 0 ? pick<Vitals>({ lcpMs, inpMs, cls, navigation }) : undefined;
}

/** Reads `health` from the wire: exactly its fields; undefined where one is wrong or there is none. */
export function parsePageHealth(value: unknown): PageHealth | undefined {
  if (!isRecord(value)) return undefined;
  const { tiers, slateMs, problems, release, channel } = value;
  const isRight =
    (release === undefined || (isWhole(release, Number.MAX_SAFE_INTEGER) && release > 0)) &&
    (channel === undefined || CHANNELS.some((name) => name === channel)) &&
    (release === undefined) === (channel === undefined) &&
    (tiers === undefined || isTally(tiers, (name) => TIERS.some((tier) => tier === name))) &&
    // a later kit has codes that this version does not know; words with spaces, names and addresses are none
    (problems === undefined || isTally(problems, (name) => name.length <= 40 && /^[a-z]+(_[a-z]+)+$/.test(name)));
  const latency = slateMs === undefined ? undefined : parseLatency(slateMs);
  if (!isRight || (slateMs !== undefined && latency === undefined)) return undefined;
  const health = pick<PageHealth>({ tiers, slateMs: latency, problems, release, channel });
  return Object.keys(health).length > 0 ? health : undefined;
}

function parseLatency(value: unknown): PageHealth['slateMs'] {
  if (!isRecord(value)) return undefined;
  const { n, p50, max } = value;
  const isRight =
    isWhole(n, Number.MAX_SAFE_INTEGER) && n > 0 && isWhole(p50, MAX_MS) && isWhole(max, MAX_MS) && p50 <= max;
  return isRight ? { n, p50, max } : undefined;
}

const isWhole = (value: unknown, max: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= max;

/** An object of counts above 0, at most 20, all of whose names are right. */
function isTally(value: unknown, isName: (name: string) => boolean): boolean {
  if (!isRecord(value)) return false;
  const entries = Object.entries(value);
  const isCount = (count: unknown): boolean => isWhole(count, Number.MAX_SAFE_INTEGER) && count > 0;
  return (
    entries.length > 0 &&
    entries.length <= MAX_CODES &&
    entries.every(([name, count]) => isName(name) && isCount(count))
  );
}

const pick = <T extends object>(fields: Readonly<Record<keyof T, unknown>>): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
