import { expect, test } from 'vitest';
import { parseEvent } from '../../collector/wire-event.ts';
import { parseArms } from '../../src/core/event.ts';

const ARM = { experiment: 'fresh-first', arm: 'control', phase: 0 };
const event = (more: object) => ({
  ...{ id: '01a1fdec-9982-7000-8000-000000000001', clientSeq: 1, unitId: 'u', at: 5, consent: 'events' },
  ...more,
});

test('an exposure is stored with its arms, and their known fields alone', () => {
  const given = event({ kind: 'exposure', placement: 'home', arms: [{ ...ARM, more: 1 }] });
  expect(parseEvent(given)).toEqual({ kind: 'event', event: { ...given, arms: [ARM] } });
});

test.each([
  ['without arms', { kind: 'exposure' }],
  ['with none', { kind: 'exposure', arms: [] }],
  ['arms of another kind', { kind: 'click', arms: [ARM] }],
])('%s is dropped', (_, more) => {
  expect(parseEvent(event(more))).toMatchObject({ kind: 'drop', code: 'field_invalid' });
});

test('arms that are odd are none', () => {
  const odd = [
    null,
    'x',
    {},
    [5],
    [{ ...ARM, phase: -1 }],
    [{ ...ARM, arm: 'a b' }],
    [ARM, { ...ARM, experiment: '' }],
  ];
  for (const arms of [...odd, Array.from({ length: 51 }, () => ARM)]) expect(parseArms(arms)).toBeUndefined();
  expect(parseArms(Array.from({ length: 50 }, () => ARM))).toHaveLength(50);
});
