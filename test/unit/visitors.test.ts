import { describe, expect, test } from 'vitest';
import { itemHash } from '../../src/core/packed-items.ts';
import type { LogSession } from '../../training/site-log.ts';
import { Visitors, addSession } from '../../training/visitors.ts';

const session = (sessionId: string, items: readonly (readonly [itemId: string, at: number])[]): LogSession => ({
  ...{ sessionId, userId: 'u' },
  startAt: items[0][1],
  events: items.map(([itemId, at]) => ({ itemId, kind: 'view' as const, at })),
});

describe('visitors of a log', () => {
  const long = session('long', [
    ['early', 1],
    ['late', 90],
  ]);
  const beside = session('beside', [['own', 50]]);
  const after = session('after', [['new', 100]]);
  const visitors = new Visitors([long, beside, after]);
  /** What is known when a session begins; then the session goes by. */
  const meet = (one: LogSession): string[] => {
    const visitor = visitors.of(one);
    // closes the session before
    visitor.events(one.sessionId, 50);
    const met = ['early', 'late', 'own', 'new'].filter((id) => visitor.hasMet(itemHash(id)));
    addSession(visitor, one);
    visitors.keep(one, visitor);
    return met;
  };

  test('a session does not know what an earlier one of its user does later; those after both know it all', () => {
    expect(meet(long)).toEqual([]);
    expect(meet(beside)).toEqual(['early']);
    expect(meet(after)).toEqual(['early', 'late', 'own']);
  });

  test('unknown users know nothing', () => {
    const stranger = { ...after, userId: '' };
    const visitor = visitors.of(stranger);
    expect(visitor.hasMet(itemHash('early'))).toBe(false);
    visitors.keep(stranger, visitor);
    expect(visitors.of(stranger)).not.toBe(visitor);
  });
});
