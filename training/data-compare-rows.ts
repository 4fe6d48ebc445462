import { DAY_MS } from './day.ts';
import { clockUnit } from '../src/core/clock.ts';
import { dateOf, isBeyondChance, percent, round } from './data-compare.ts';
import type { DataFinding, FindingCode } from './data-finding.ts';
import { type DataProfile, countDays, weekdayOf, wholeDays } from './data-profile.ts';

/** A weekday is taken to be open where it was on so many of its days. */
const USUALLY_OPEN = 0.8;
/** With so many sessions a day, a day without one is not chance: exp(-10). */
const SURE_SESSIONS = 10;
/** Fewer days do not show how much days vary. */
const MIN_DAYS = 7;
/** A shop may close on so many of its open days (holidays) before the log is refused. */
const MAX_CLOSED_SHARE = 0.5;
/** A count that should have been so large is not 0 by chance: exp(-30), or exp(-10) where rows come in threes. */
const SURE_COUNT = 30;

/** How many rows came when, against the previous profile. `times` are those of the whole log. */
export function compareRows(profile: DataProfile, previous: DataProfile, times: Iterable<number>): DataFinding[] {
  if (clockUnit(profile.to) !== 'ms' || clockUnit(previous.to) !== 'ms') return [];
  if (profile.to < previous.to - DAY_MS) return [older(profile, previous)];
  const counts = countDays(times);
  const fresh = wholeDays(previous.to, profile.to);
  const open = fresh.filter((day) => counts.has(day)).map((day) => counts.get(day) ?? 0);
  return [
    ...findMissingDays(fresh, counts, previous),
    ...compareDays('rows a day', profile.days, previous),
    ...compareDays(
      'rows a day since the last training',
      { open: open.length, mean: sum(open) / open.length },
      previous,
    ),
  ].filter((finding, i, all) => all.findIndex(({ code }) => code === finding.code) === i);
}

function older(profile: DataProfile, previous: DataProfile): DataFinding {
  return {
    code: 'log_older',
    action: 'refused',
    seen: `newest row of ${dateOf(profile.to)}`,
    expected: `rows up to ${dateOf(previous.to)} at least, the newest before the cut of the last training`,
    rule: 'an old export? bring the new one',
  };
}

/** Days without a row on weekdays that usually have some. */
export function findMissingDays(
  days: readonly number[],
  counts: ReadonlyMap<number, number>,
  habit: DataProfile,
): DataFinding[] {
  if (habit.sessions < SURE_SESSIONS * habit.days.open) return [];
  const usual = days.filter((day) => (habit.openWeekdays[weekdayOf(day)] ?? 0) >= USUALLY_OPEN);
  const missing = usual.filter((day) => !counts.has(day));
  if (missing.length === 0) return [];
  const isMuch = missing.length >= 2 && missing.length > usual.length * MAX_CLOSED_SHARE;
  const named = missing.slice(0, 5).map((day) => dateOf(day * DAY_MS));
  const more = missing.length > 5 ? ` and ${String(missing.length - 5)} more` : '';
  return [
    {
      code: 'days_missing',
      action: isMuch ? 'refused' : 'warned',
      seen: `no row on ${named.join(', ')}${more}`,
      expected: 'rows on these weekdays',
      rule: 'closed, or a part of the export that did not come',
    },
  ];
}

type Days = Pick<DataProfile['days'], 'open' | 'mean'>;

/** Beyond chance and by half: collapsed; by a quarter: warned; doubled: warned. */
function compareDays(name: string, now: Days, { days: before }: DataProfile): DataFinding[] {
  // a few days say little of how much days vary: the deviation of the previous log holds for both
  const level = ({ open, mean }: Days) => ({ mean, deviation: before.deviation, count: open });
  if (before.open < MIN_DAYS || !isBeyondChance(level(now), level(before))) return [];
  const ratio = now.mean / before.mean;
  const code: FindingCode = ratio < 1 ? 'rows_collapse' : 'rows_jump';
  if (ratio > 0.75 && ratio < 2) return [];
  return [
    {
      code,
      action: ratio < 0.5 ? 'refused' : 'warned',
      seen: `${round(now.mean)} ${name} on ${String(now.open)} days`,
      expected: `about ${round(before.mean)}`,
      rule: ratio < 1 ? 'is a part of the export missing?' : 'is something delivered twice?',
    },
  ];
}

/** Event types that went, shrank or came. */
export function compareTypes(profile: DataProfile, previous: DataProfile): DataFinding[] {
  const names = Object.keys(profile.types).filter((name) => !(name in previous.types));
  const fresh = names.filter((name) => (profile.types[name] ?? 0) > profile.rows / 100);
  const hint = fresh.length === 0 ? '' : `; new here: ${fresh.join(', ')}`;
  const lost = Object.entries(previous.types).flatMap(([name, count]) =>
    compareType({ name, now: profile.types[name] ?? 0, usual: (count / previous.rows) * profile.rows, hint }),
  );
  const came: DataFinding[] = fresh.map((name) => ({
    code: 'event_type_new',
    action: 'warned',
    seen: `${String(profile.types[name])} rows of type ${name}`,
    expected: Object.keys(previous.types).join(', '),
    rule: 'a type under a new name has to be renamed back; other types are counted and left out',
  }));
  return [...lost, ...came];
}

function compareType(type: { name: string; now: number; usual: number; hint: string }): DataFinding[] {
  const { name, now, usual, hint } = type;
  if (usual < SURE_COUNT || now >= usual / 2) return [];
  const [code, action] =
    now === 0
      ? (['event_type_missing', 'refused'] as const)
      : (['event_type_collapse', now < usual / 4 ? 'refused' : 'warned'] as const);
  const seen = `${String(now)} rows of type ${name}`;
  return [{ code, action, seen, expected: `about ${round(usual)}`, rule: `was it renamed or switched off?${hint}` }];
}

/** Rows that came late, named where their share grew: where they stand in the file counts for nothing any more. */
export function compareDelivery(profile: DataProfile, previous: DataProfile | undefined): DataFinding[] {
  const usual = previous?.late ?? 0;
  if (profile.late <= 0.01 + 2 * usual) return [];
  const seen = `${percent(profile.late)} of rows over a day older than a row above them`;
  const expected = `up to 1 % above twice the usual ${percent(usual)}`;
  const rule = 'put where they belong: sessions by their oldest row, the rows of a session by time';
  return [{ code: 'late_rows', action: 'mended', seen, expected, rule }];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
