import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../training/day.ts';
import { DemandClock } from '../../training/popularity.ts';
import type { LogEvent, LogSession } from '../../training/site-log.ts';

const rows = new Map([
  ['a', 0],
  ['b', 1],
]);
const START = 20_000 * DAY_MS;
/** `a@0.5:purchase`: item, days after the start, kind. */
const session = (sessionId: string, text: string): LogSession => {
  const events = text.split(' ').map((word): LogEvent => {
    const [itemId, days, kind] = word.split(/[@:]/);
    return { itemId, kind: kind as LogEvent['kind'], at: START + Number(days) * DAY_MS };
  });
  return { sessionId, userId: '', startAt: events[0].at, events };
};
const at = (days: number): number => START + days * DAY_MS;

describe('demand', () => {
  test('of a moment knows no event from then on, whatever session it is of', () => {
    // one session is still going on when the other begins
    const clock = new DemandClock([session('long', 'a@0:view a@2:view b@4:view'), session('short', 'b@1:view')], rows);
    clock.advance(at(1));
    expect(clock.demand(0)).toEqual({
      popularity: 1,
      recentPopularity: 2 ** (-1 / 120),
      sales: [1, 1, 1],
      lastSoldAt: at(0),
    });
    expect(clock.demand(1)).toEqual({ popularity: 0, recentPopularity: 0, sales: [0, 0, 0] });
    clock.advance(at(2.5));
    expect(clock.demand(0)).toMatchObject({ popularity: 2, sales: [1, 2, 2], lastSoldAt: at(2) });
    expect(clock.demand(1)).toMatchObject({ popularity: 1, sales: [0, 1, 1], lastSoldAt: at(1) });
    clock.advance(at(12));
    expect(clock.demand(1)).toMatchObject({ popularity: 2, sales: [0, 0, 0], lastSoldAt: at(4) });
  });

  test('sales are purchases where the log has any; popularity is every event', () => {
    const clock = new DemandClock([session('s', 'a@0:view a@1:purchase a@2:click b@2:view b@2:add_to_cart')], rows);
    clock.advance(at(2.5));
    expect(clock.demand(0)).toMatchObject({ popularity: 3, sales: [0, 1, 1], lastSoldAt: at(1) });
    expect(clock.demand(1)).toMatchObject({ popularity: 2, sales: [0, 0, 0] });
    expect(clock.demand(1).lastSoldAt).toBeUndefined();
  });

  test('agrees with counting anew at every moment', () => {
    const kinds = ['view', 'purchase'] as const;
    const sessions = Array.from({ length: 60 }, (_, i) =>
      session(
        String(i),
        Array.from(
          { length: 5 },
          (__, n) => `${'ab'[(i * n) % 2]}@${String(i / 4 + n * ((i % 7) / 3))}:${kinds[(i + n) % 3 === 0 ? 1 : 0]}`,
        ).join(' '),
      ),
    );
    const all = sessions.flatMap(({ events }) => events);
    const clock = new DemandClock(sessions, rows);
    for (let days = 0; days < 30; days += 0.7) {
      clock.advance(at(days));
      for (const [itemId, row] of rows) {
        const known = all.filter((event) => event.itemId === itemId && event.at < at(days));
        const sold = known.filter(({ kind }) => kind === 'purchase').map((event) => event.at);
        const since = (window: number): number => sold.filter((time) => time >= at(days) - window * DAY_MS).length;
        const { popularity, recentPopularity, sales, lastSoldAt } = clock.demand(row);
        expect([popularity, ...sales]).toEqual([known.length, since(1), since(3), since(7)]);
        expect(lastSoldAt).toBe(sold.length === 0 ? undefined : Math.max(...sold));
        const decayed = known.reduce((sum, event) => sum + 2 ** ((event.at - at(days)) / DAY_MS / 120), 0);
        expect(recentPopularity).toBeCloseTo(decayed, 9);
      }
    }
  });
});
