import { compareShares, percent, round } from './data-compare.ts';
import type { DataFinding } from './data-finding.ts';
import type { DataProfile } from './data-profile.ts';

/** What the new log holds under a sampled hash: nothing, or the price if it has one. */
export type SampleLookup = (hash: string) => { readonly price?: number } | undefined;

export interface ItemComparison {
  readonly findings: readonly DataFinding[];
  /** By what every price is to be divided; 1 for nothing. */
  readonly priceFactor: number;
}

/** Cents for euros, or the other way round. */
const UNIT_FACTORS = [100, 0.01];
/** Price ratios of one unit agree with its factor like this, their median like that. */
const RATIO_TOLERANCE = 0.1;
const MEDIAN_TOLERANCE = 0.02;
const NEARLY_ALL = 0.9;
/** Half of the items 50 % dearer, or a third cheaper, than at the last training: no week of a shop. */
const MAX_SHIFT = 1.5;
const MIN_RATIOS = 10;
/** Fewer items say nothing about how many stayed. */
const MIN_SAMPLE = 20;
/** The chance of a finding where in truth a half of the items stayed. */
const CHANGED_CHANCE = 1e-6;

/** Items, their attributes and prices, against the previous profile. */
export function compareItems(profile: DataProfile, previous: DataProfile, lookup: SampleLookup): ItemComparison {
  const sample = previous.itemSample.split(' ').filter((entry) => entry !== '');
  const stayed = sample.flatMap((entry) => {
    const [hash, price] = entry.split(':');
    const found = lookup(hash);
    return found === undefined ? [] : [{ before: Number(price), now: found.price ?? 0 }];
  });
  const ratios = stayed
    .flatMap(({ before, now }) => (before > 0 && now > 0 ? [now / before] : []))
    .sort((a, b) => a - b);
  const prices = ratios.length >= MIN_RATIOS ? compareRatios(ratios) : compareMedians(profile, previous);
  return {
    priceFactor: prices.priceFactor,
    findings: [
      ...compareIds(profile, previous, { stayed: stayed.length, of: sample.length }),
      ...compareCoverage(profile, previous),
      ...prices.findings,
    ],
  };
}

function compareIds(
  profile: DataProfile,
  previous: DataProfile,
  { stayed, of }: { readonly stayed: number; readonly of: number },
): DataFinding[] {
  if (of < MIN_SAMPLE || halfStayedChance(stayed, of) >= CHANGED_CHANCE) return [];
  const [[now], [before]] = [profile.idShape, previous.idShape];
  const shape = now === before ? '' : `; ids look like ${now}, before like ${before}`;
  return [
    {
      code: 'items_changed',
      action: 'refused',
      seen: `${String(stayed)} of ${String(of)} sampled items of the last training${shape}`,
      expected: 'at least a half of them',
      rule: 'has the way that item ids are written changed?',
    },
  ];
}

/** Chance of so few or fewer heads in `of` throws of a coin. */
function halfStayedChance(stayed: number, of: number): number {
  let [chance, sum] = [0.5 ** of, 0];
  for (let k = 0; k <= stayed; k++) {
    sum += chance;
    chance *= (of - k) / (k + 1);
  }
  return sum;
}

const compareCoverage = (profile: DataProfile, previous: DataProfile): DataFinding[] =>
  (['price', 'category', 'brand'] as const).flatMap((field) =>
    compareShares({
      code: `${field}_coverage`,
      name: `of items with a ${field}`,
      now: [profile.coverage[field], profile.items],
      before: [previous.coverage[field], previous.items],
      advice: `look at the column ${field} of items.csv.gz`,
    }),
  );

/** `ratios`: new price over old one, of the same items, sorted. */
function compareRatios(ratios: readonly number[]): ItemComparison {
  const median = ratios[Math.floor(ratios.length / 2)];
  const seen = `prices ${round(median)} times those of the last training (median of ${String(ratios.length)} items)`;
  const expected = 'about 1';
  const agreeing = (factor: number): number =>
    ratios.filter((ratio) => Math.abs(ratio / factor - 1) <= RATIO_TOLERANCE).length / ratios.length;
  for (const factor of UNIT_FACTORS) {
    const share = agreeing(factor);
    if (share >= NEARLY_ALL && Math.abs(median / factor - 1) <= MEDIAN_TOLERANCE) {
      const rule = `all prices divided by ${String(factor)}: ${percent(share)} of the items agree within 10 %`;
      return { priceFactor: factor, findings: [{ code: 'price_unit', action: 'mended', seen, expected, rule }] };
    }
    if (share * ratios.length >= 3) {
      const mixed = `${percent(share)} of ${String(ratios.length)} items at ${String(factor)} times their last price`;
      const rule = 'prices in two units: write all of them in one';
      return refuse({ code: 'price_unit_mixed', action: 'refused', seen: mixed, expected: 'all or none', rule });
    }
  }
  if (median <= MAX_SHIFT && median >= 1 / MAX_SHIFT) return { priceFactor: 1, findings: [] };
  return refuse({
    code: 'price_shift',
    action: 'refused',
    seen,
    expected,
    rule: 'another currency, tax, or price column?',
  });
}

/** Too few items are the same: only a shift of all prices by a factor of ten says anything. */
function compareMedians({ prices: now }: DataProfile, { prices: before }: DataProfile): ItemComparison {
  if (now === null || before === null) return { priceFactor: 1, findings: [] };
  const ratio = now[1] / before[1];
  if (ratio < 10 && ratio > 0.1) return { priceFactor: 1, findings: [] };
  const seen = `a median price of ${round(now[1])}`;
  const expected = `about ${round(before[1])}`;
  return refuse({ code: 'price_shift', action: 'refused', seen, expected, rule: 'too few shared items to mend it by' });
}

const refuse = (finding: DataFinding): ItemComparison => ({ priceFactor: 1, findings: [finding] });
