import { describe, expect, test } from 'vitest';
import type { LogSession } from '../../training/site-log.ts';
import { Histories } from '../../training/histories.ts';

const session = (sessionId: string, userId: string, times: readonly number[]): LogSession => ({
  ...{ sessionId, userId, startAt: times[0] },
  events: times.map((at) => ({ itemId: `${sessionId}${String(at)}`, kind: 'click', at })),
});

describe('what is known of a visitor before a query', () => {
  const histories = new Histories([
    session('done', 'u', [1, 2]),
    session('open', 'u', [3, 10, 11]),
    session('own', 'u', [4, 10]),
    session('later', 'u', [12]),
    session('other', 'v', [1]),
    session('unknown', '', [1]),
  ]);
  const known = (userId: string, startAt: number): string[] =>
    histories.before({ userId, sessionId: 'own', startAt }).flatMap(({ events }) => events.map(({ itemId }) => itemId));

  test('ends with the moment, in a session that is still going on too', () => {
    expect(known('u', 10)).toEqual(['done1', 'done2', 'open3']);
    expect(known('u', 11)).toEqual(['done1', 'done2', 'open3', 'open10']);
    expect(known('u', 100)).toEqual(['done1', 'done2', 'open3', 'open10', 'open11', 'later12']);
  });

  test('is nothing for an unknown visitor', () => {
    expect(known('', 10)).toEqual([]);
    expect(known('w', 10)).toEqual([]);
  });
});
