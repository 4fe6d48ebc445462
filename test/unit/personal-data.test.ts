import { describe, expect, test } from 'vitest';
import { hasPersonalData, holdsPersonalData } from '../../collector/personal-data.ts';
import { createRandom } from '../../src/core/random.ts';
import { createUuid } from '../../src/core/uuid.ts';
import { CATALOGUE } from '../../demo/catalogue.ts';

const SEED = 20_260_501;
const random = createRandom(SEED);
const digits = (count: number): string => Array.from({ length: count }, () => Math.floor(random() * 10)).join('');

describe('personal data is', () => {
  test.each([
    'jane.doe@example.com',
    'Jane Doe <jane.doe+shop@mail.example.co.uk>',
    'user=jane%40example.com&x=1',
    'jürgen@exämple.de',
    'mailto:jane@example.com',
  ])('an e-mail address: %s', (text) => expect(hasPersonalData(text)).toBe(true));

  test.each([
    '+442079460958',
    '+44 (0)20 7946 0958',
    'tel:+1-212-555-0123',
    '(212) 555-0123',
    '212-555-0123',
    '1 212 555 0123',
    '212.555.0123',
    '020 7946 0958',
    '0171/1234567',
    '01 23 45 67 89',
    'call 07700 900123 now',
  ])('a phone number: %s', (text) => expect(hasPersonalData(text)).toBe(true));

  // test numbers that payment processors publish
  test.each([
    '4111111111111111',
    '4111 1111 1111 1111',
    '4111-1111-1111-1111',
    'card 4012888888881881.',
    'ref 1234 4111 1111 1111 1111',
    '5555555555554444',
    '2223003122003222',
    '378282246310005',
    '3782 822463 10005',
    '3056 930902 5904',
    '6011111111111117',
    '3530111333300000',
    '6205500000000000004',
  ])('a card number: %s', (text) => expect(hasPersonalData(text)).toBe(true));

  test.each([
    '',
    'home',
    'SKU-0123-456-789',
    '0012345678905', // EAN-13
    '4006381333931', // EAN-13 whose first digit is Visa's
    '4222222222222', // 13 digits: could be either, and no card has them any more
    '30569309025904', // 14 digits: a GTIN could have them
    '4111111111111112', // does not pass Luhn
    '978-3-16-148410-0',
    '1760000000000',
    '1760000000000000',
    '2026-11-22T05:16:40.123Z',
    '2026-11-22 05:16:40',
    '22 11 2026',
    '192.168.100.200',
    'a4111111111111111b', // within a hash
    '0.4111111111111111',
    '12345678901234567890',
    '50% off @ 2 for 1',
    'v1.2.3@latest',
    'shirt@xl',
    '1+12345678',
  ])('not: %s', (text) => expect(hasPersonalData(text)).toBe(false));

  test(`not: random UUIDs, item ids, part numbers, GTINs, times (seed ${String(SEED)})`, () => {
    const flagged = (make: () => string): string[] => Array.from({ length: 20_000 }, make).filter(hasPersonalData);
    const clock = (): number => random() * 4e12;
    expect(flagged(() => createUuid({ clock, random }))).toEqual([]);
    expect(flagged(() => `slate:${createUuid({ clock, random })}:${createUuid({ clock, random })}`)).toEqual([]);
    for (const length of [5, 8, 12, 13, 14]) expect(flagged(() => digits(length))).toEqual([]);
    expect(flagged(() => `${digits(5)}${'ABCDEFG'[Math.floor(random() * 7)]}`)).toEqual([]);
    expect(flagged(() => `${digits(2)}-${digits(4)}-${digits(4)}`)).toEqual([]);
    expect(flagged(() => String(Math.floor(clock())))).toEqual([]);
    expect(CATALOGUE.flatMap(({ id, title }) => [id, title]).filter(hasPersonalData)).toEqual([]);
  });

  test('found in any text of an event, names of fields included, and not in its bytes', () => {
    const [email, safe] = ['jane@example.com', 'shoes'];
    for (const isValid of [true, false]) {
      expect(holdsPersonalData({ a: [{ b: email }] }, isValid)).toBe(true);
      expect(holdsPersonalData({ a: [{ [email]: 1 }] }, isValid)).toBe(true);
      expect(holdsPersonalData({ vectors: 1, other: '+12345678' }, isValid)).toBe(true);
      expect(holdsPersonalData({ a: [{ b: safe, n: 1760000000000 }], nothing: null }, isValid)).toBe(false);
    }
    const bytes = { vectors: '+12345678', ranking: { inputs: '+12345678' } };
    expect([true, false].map((isValid) => holdsPersonalData(bytes, isValid))).toEqual([false, true]);
    const number = { a: [4111111111111111] };
    expect([true, false].map((isValid) => holdsPersonalData(number, isValid))).toEqual([false, true]);
  });

  // a pattern that looks back or ahead without a bound takes minutes for one of these
  test.each(['@', 'a@', 'a.', '1 ', '0 ', '+1', '1-', '4111 ', '((', '0', '%40'])(
    'found in linear time: %s…',
    (piece) => {
      const [short, long] = [20_000, 200_000].map((length) => {
        const text = `${piece.repeat(length / piece.length)}x`;
        const before = process.cpuUsage().user;
        hasPersonalData(text);
        return process.cpuUsage().user - before;
      }) as [number, number];
      expect(long).toBeLessThan(Math.max(short, 10_000) * 60);
    },
  );
});
