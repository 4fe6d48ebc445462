import { describe, expect, test } from 'vitest';
import {
  CONSENT_STATES,
  PURPOSES,
  createConsent,
  levelOf,
  lowerLevel,
  parseConsent,
  withPrivacyControl,
} from '../../src/core/consent.ts';
import { EGRESS_LEVELS } from '../../src/core/signal.ts';

const pending = createConsent('pending');

describe('parseConsent', () => {
  test.each(CONSENT_STATES)('%s is a state for every purpose', (state) => {
    expect(parseConsent(state, pending)).toEqual(Object.fromEntries(PURPOSES.map((purpose) => [purpose, state])));
  });

  test('purposes that are not named stay as they are', () => {
    const base = { ...pending, sync: 'denied' } as const;
    expect(parseConsent({ measurement: 'granted' }, base)).toEqual({ ...base, measurement: 'granted' });
    expect(parseConsent({}, base)).toEqual(base);
  });

  test.each([
    ...[undefined, null, true, 1, '', 'yes', 'Granted', [], ['granted'], () => 'granted'],
    ...[{ personalization: 'granted' }, { measurement: true }, { measurement: null }, { measurement: 'yes' }],
    ...[{ measurement: 'granted', constructor: 'granted' }, JSON.parse('{"__proto__":"granted"}') as unknown],
  ])('%j is refused', (input) => {
    expect(parseConsent(input, pending)).toMatchObject({ kind: 'problem', code: 'consent_invalid' });
  });
});

test('the level is that of measurement, and training adds to it', () => {
  const levels = CONSENT_STATES.flatMap((measurement) =>
    CONSENT_STATES.map((training) => [measurement, training, levelOf({ ...pending, measurement, training })]),
  );
  expect(levels).toEqual([
    ['pending', 'pending', 'none'],
    ['pending', 'granted', 'none'],
    ['pending', 'denied', 'none'],
    ['granted', 'pending', 'events'],
    ['granted', 'granted', 'training'],
    ['granted', 'denied', 'events'],
    ['denied', 'pending', 'none'],
    ['denied', 'granted', 'none'],
    ['denied', 'denied', 'none'],
  ]);
});

test('Global Privacy Control outweighs what was granted, and leaves the device alone', () => {
  const granted = createConsent('granted');
  const denied = { measurement: 'denied', training: 'denied' };
  expect(withPrivacyControl(granted, true)).toEqual({ ...granted, ...denied });
  expect(withPrivacyControl(pending, true)).toEqual({ ...pending, ...denied });
  expect(withPrivacyControl(granted, false)).toEqual(granted);
});

test('the lower of two levels, in either order', () => {
  EGRESS_LEVELS.forEach((one, i) =>
    EGRESS_LEVELS.forEach((other, j) => expect(lowerLevel(one, other)).toBe(EGRESS_LEVELS[Math.min(i, j)])),
  );
});
