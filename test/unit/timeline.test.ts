import { expect, test } from 'vitest';
import { itemHash } from '../../src/core/packed-items.ts';
import {
  before,
  behindEvents,
  behindSessions,
  createTimeline,
  onOneDevice,
  rowsOfInterest,
} from '../../training/timeline.ts';
import type { LogSession } from '../../training/site-log.ts';

const session = (sessionId: string, startAt: number, items: string): LogSession => ({
  ...{ sessionId, userId: 'u', startAt },
  events: [...items].map((itemId, i) => ({ itemId, kind: 'purchase', at: startAt + i })),
});
const query = {
  queryId: '',
  sessionId: 'q',
  userId: 'u',
  startAt: 100,
  context: ['x', 'y'],
  target: '',
  candidates: [],
};
const live = createTimeline(query, [session('one', 10, 'ab'), session('two', 20, 'cde')], 'purchase');
const names = new Map([...'abcdexy'].map((name) => [itemHash(name), name]));
const textOf = (timeline: typeof live): string => timeline.signals.map(({ item }) => names.get(item)).join('');

test('behind by events goes on into earlier sessions', () => {
  expect([0, 1, 2, 4, 8].map((count) => textOf(behindEvents(live, count)))).toEqual([
    'abcdexy',
    'abcdex',
    'abcde',
    'abc',
    '',
  ]);
});

test('behind by sessions begins with the running one', () => {
  expect([0, 1, 2, 3, 9].map((count) => textOf(behindSessions(live, count)))).toEqual([
    'abcdexy',
    'abcde',
    'ab',
    '',
    '',
  ]);
});

test('a snapshot knows what came before its time', () => {
  expect(textOf(before(live, 21))).toBe('abc');
});

test('one device holds the running session and whole others, and another seed deals anew', () => {
  const earlier = Array.from({ length: 60 }, (_, i) => session(`s${String(i)}`, i, 'ab'));
  const many = createTimeline(query, earlier, 'purchase');
  const sizes = [1, 2, 3].map((seed) => {
    const { signals } = onOneDevice(many, 3, seed);
    expect(signals.slice(-2).map(({ sessionId }) => sessionId)).toEqual([many.running, many.running]);
    expect(signals.length % 2).toBe(0);
    return signals.map(({ sessionId }) => sessionId).join();
  });
  expect(new Set(sizes).size).toBe(3);
  // a third of 60 sessions of two lines, and the running one
  expect(Math.abs(onOneDevice(many, 3, 1).signals.length - 42)).toBeLessThan(24);
  expect(onOneDevice(many, 1, 1)).toEqual(many);
});

test('the generator starts from items of interest that it knows', () => {
  const rows = new Map([
    [itemHash('a'), 3],
    [itemHash('y'), 5],
  ]);
  expect(rowsOfInterest(live, (item) => rows.get(item) ?? -1)).toEqual([3, 5]);
  const signals = live.signals.map((signal) => ({ ...signal, kind: 'dismiss' as const }));
  expect(rowsOfInterest({ ...live, signals }, () => 1)).toEqual([]);
});
