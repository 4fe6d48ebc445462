import type { DataFinding, FindingCode } from './data-finding.ts';
import type { DataProfile } from './data-profile.ts';

/** Differences of under 4 standard errors are chance: one in 30,000 comparisons goes further. */
const CHANCE = 4;

export const percent = (share: number): string => `${String(Math.round(share * 1000) / 10)} %`;
export const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
export const round = (value: number): string => String(Number(value.toPrecision(3)));

export interface Level {
  readonly mean: number;
  readonly deviation: number;
  readonly count: number;
}

/** Whether two means differ by more than chance (Welch 1947). */
export function isBeyondChance(a: Level, b: Level): boolean {
  if (a.count < 2 || b.count < 2) return false;
  const error = Math.sqrt(a.deviation ** 2 / a.count + b.deviation ** 2 / b.count);
  return Math.abs(a.mean - b.mean) > CHANCE * error;
}

/** A share as the mean of so many noughts and ones; a count is added to both, so that 0 and 1 keep an error. */
const levelOf = (share: number, count: number): Level => {
  const mean = (share * count + 1) / (count + 2);
  return { mean, deviation: Math.sqrt(mean * (1 - mean)), count };
};

export interface ShareDrop {
  readonly code: FindingCode;
  /** What has the share: `sessions with a user`. */
  readonly name: string;
  readonly now: readonly [share: number, count: number];
  readonly before: readonly [share: number, count: number];
  readonly advice: string;
}

/** A share that fell: refused where a half or 30 points of it are gone, warned from a tenth on, never for chance. */
export function compareShares({ code, name, now, before, advice }: ShareDrop): DataFinding[] {
  const lost = before[0] - now[0];
  if (lost < 0.1 || !isBeyondChance(levelOf(...now), levelOf(...before))) return [];
  const action = now[0] < before[0] / 2 || lost >= 0.3 ? 'refused' : 'warned';
  return [{ code, action, seen: `${percent(now[0])} ${name}`, expected: `about ${percent(before[0])}`, rule: advice }];
}

/** What is wrong with users and sessions, against the previous profile. */
export function compareSessions(profile: DataProfile, previous: DataProfile): DataFinding[] {
  const level = ({ logSessionRows: [mean, deviation], sessions: count }: DataProfile): Level => ({
    mean,
    deviation,
    count,
  });
  const ratio = Math.exp(profile.logSessionRows[0] - previous.logSessionRows[0]);
  const factor = Math.max(ratio, 1 / ratio);
  const users = compareShares({
    ...{ code: 'user_share', name: 'of sessions with a user', advice: 'look at where user_id comes from' },
    now: [profile.users, profile.sessions],
    before: [previous.users, previous.sessions],
  });
  if (factor < 4 / 3 || !isBeyondChance(level(profile), level(previous))) return users;
  const mean = (of: DataProfile): string => round(Math.exp(of.logSessionRows[0]));
  return [
    ...users,
    {
      code: 'session_length',
      action: factor >= 2 ? 'refused' : 'warned',
      seen: `${mean(profile)} rows a session (geometric mean)`,
      expected: `about ${mean(previous)}`,
      rule: 'look at how session_id is made: is it one a page, or one for all?',
    },
  ];
}
