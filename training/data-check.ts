import { compareSessions, percent, round } from './data-compare.ts';
import { compareItems } from './data-compare-items.ts';
import { compareDelivery, compareRows, compareTypes, findMissingDays } from './data-compare-rows.ts';
import { type DataFinding, type FindingCode, mild } from './data-finding.ts';
import {
  type DataProfile,
  type ProfileInput,
  countDays,
  createProfile,
  sampleHash,
  wholeDays,
} from './data-profile.ts';
import type { RowFacts } from './log-rows.ts';
import type { LogItem } from './site-log.ts';
import { clockUnit } from '../src/core/clock.ts';

export interface CheckInput extends Omit<ProfileInput, 'before'> {
  readonly rejectedRows: number;
  readonly previous?: DataProfile;
}

export interface DataCheck {
  readonly findings: readonly DataFinding[];
  /** By what every price is to be divided; 1 for nothing. */
  readonly priceFactor: number;
  /** Prices of rows by item, for items that have none; empty where they are in another unit than the items'. */
  readonly rowPrices: RowFacts['prices'];
}

/** What statistics find in a whole log that was read: by itself, and against the previous training's profile. */
export function checkData({ rejectedRows, previous, ...given }: CheckInput): DataCheck {
  const disagreement = findPriceDisagreement(given);
  const rowPrices = disagreement.length === 0 ? given.facts.prices : new Map<string, number>();
  const input = { ...given, facts: { ...given.facts, prices: rowPrices } };
  const profile = createProfile({ ...input, before: Number.POSITIVE_INFINITY });
  if (profile === undefined) return { findings: [], priceFactor: 1, rowPrices };
  const alone = [...findRejected(rejectedRows, profile.rows), ...disagreement];
  const delivery = compareDelivery(profile, previous);
  const { times } = input.facts;
  if (previous === undefined) {
    // a clock of its own has no weekdays
    const days = clockUnit(profile.to) === 'ms' ? wholeDays(profile.from, profile.to) : [];
    // without a previous log nothing is known well enough to refuse
    const findings = [...alone, ...delivery, ...findMissingDays(days, countDays(times), profile)].map(mild);
    return { findings, priceFactor: 1, rowPrices };
  }
  const items = compareItems(profile, previous, createLookup(input));
  const rows = [...compareRows(profile, previous, times), ...compareTypes(profile, previous)];
  const findings = [...alone, ...delivery, ...rows, ...compareSessions(profile, previous), ...items.findings];
  return { findings, priceFactor: items.priceFactor, rowPrices };
}

/** Refusals whose code the caller accepts become warnings. */
export const acceptFindings = (findings: readonly DataFinding[], accept: readonly FindingCode[]): DataFinding[] =>
  findings.map((finding) =>
    finding.action === 'refused' && accept.includes(finding.code)
      ? { ...finding, action: 'warned', rule: `accepted by the caller; ${finding.rule}` }
      : finding,
  );

function createLookup({ sessions, items, facts }: Omit<ProfileInput, 'before'>) {
  const ids = new Set(items.keys());
  for (const { events } of sessions) for (const { itemId } of events) ids.add(itemId);
  const found = new Map<string, { readonly price?: number }>();
  for (const id of ids) {
    const price = items.get(id)?.price ?? facts.prices.get(id);
    found.set(sampleHash(id).toString(36), price === undefined ? {} : { price });
  }
  return (hash: string) => found.get(hash);
}

function findRejected(rejected: number, rows: number): DataFinding[] {
  if (rejected <= (rows + rejected) * 0.01) return [];
  const seen = `${String(rejected)} bad rows, ${percent(rejected / (rows + rejected))}`;
  const rule = 'left out; from 5 % of a file on, it is refused';
  return [{ code: 'rows_rejected', action: 'warned', seen, expected: 'at most 1 %', rule }];
}

/** The two places that prices come from, in two units? */
function findPriceDisagreement({ items, facts }: Pick<ProfileInput, 'items' | 'facts'>): DataFinding[] {
  const ratios = [...items.values()]
    .flatMap(({ itemId, price = 0 }: LogItem) => {
      const sold = facts.prices.get(itemId) ?? 0;
      return price > 0 && sold > 0 ? [sold / price] : [];
    })
    .sort((a, b) => a - b);
  const median = ratios[Math.floor(ratios.length / 2)] ?? 1;
  if (ratios.length < 10 || (median > 0.1 && median < 10)) return [];
  const seen = `prices in events.csv.gz ${round(median)} times those in items.csv.gz`;
  const rule = 'those of items.csv.gz are used and those of rows nowhere; write both in one unit';
  return [{ code: 'price_disagrees', action: 'mended', seen, expected: 'about 1', rule }];
}
