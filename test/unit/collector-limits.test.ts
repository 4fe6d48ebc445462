import { describe, expect, test } from 'vitest';
import { parseBatch } from '../../collector/batch.ts';
import { createRateLimiter, senderOf } from '../../collector/rate-limit.ts';
import { parseWriteKeys } from '../../collector/write-keys.ts';

describe('a list of write keys is refused:', () => {
  test.each([
    ['expected { "keys"', null],
    ['expected { "keys"', []],
    ['expected { "keys"', { keys: [] }],
    ['expected { "keys"', { keys: { a: { origins: [] } }, limits: 1 }],
    ['names no key', { keys: {} }],
    ['keys.a b: a key is', { keys: { 'a b': { origins: [] } } }],
    ['keys.: a key is', { keys: { '': { origins: [] } } }],
    ['keys.a: expected { "origins"', { keys: { a: ['https://a.example'] } }],
    ['keys.a.origin: not a field', { keys: { a: { origin: [] } } }],
    ['keys.a.origins: expected a list', { keys: { a: {} } }],
    [
      'keys.b.origins[1]: expected an origin',
      { keys: { a: { origins: [] }, b: { origins: ['https://a.example', 'https://a.example/'] } } },
    ],
    ['keys.a.ratePerSecond: expected a number above 0', { keys: { a: { origins: [], ratePerSecond: 0 } } }],
    ['keys.a.ratePerSecond: expected a number above 0', { keys: { a: { origins: [], ratePerSecond: '5' } } }],
  ])('%s', (message, value) => {
    expect(parseWriteKeys(value)).toEqual({
      kind: 'keys_problem',
      message: expect.stringContaining(message) as string,
    });
  });
});

describe('the rate limiter', () => {
  test('forgets the sender heard longest ago when there are too many', () => {
    const limit = createRateLimiter(() => 5, 2);
    const one = { ratePerSecond: 1, burst: 1 };
    expect([limit('a', one), limit('b', one), limit('a', one)]).toEqual([0, 0, 1]);
    limit('c', one);
    expect([limit('a', one), limit('b', one)]).toEqual([1, 0]);
  });

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:50123', '192.0.2.1'],
    ['[2001:db8:1:2::9]:50123', '2001:db8:1:2::/64'],
    ['[::ffff:192.0.2.1]:50123', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s counts as %s', (address, sender) => expect(senderOf(address)).toBe(sender));
});

describe('objects and lists of a batch', () => {
  const codeOf = (body: string): string => {
    const parsed = parseBatch(new TextEncoder().encode(body));
    return parsed.kind === 'batch' ? 'ok' : `${String(parsed.status)} ${parsed.code}`;
  };
  const beside = (count: number): string => `{"clientId":"c","events":[],"more":{"x":[${'{},'.repeat(count)}0]}}`;

  test('may be 50,000, wherever they are', () => {
    // the batch, its events, `more` and its list are four of them
    expect(codeOf(beside(49_996))).toBe('ok');
    expect(codeOf(beside(49_997))).toBe('413 too_many_values');
    const within = (many: string): string => `{"clientId":"c","events":[{"consent":"events","y":[${many}0]}]}`;
    expect(codeOf(within('[],'.repeat(300_000)))).toBe('413 too_many_values');
    expect(codeOf(within('0,'.repeat(400_000)))).toBe('ok');
  });

  test('are none where they stand in a text', () => {
    expect(codeOf(`{"clientId":"c","events":[],"more":"${'{}[],'.repeat(100_000)}"}`)).toBe('ok');
  });
});
