import { expect, test } from 'vitest';
import { benchPublish } from '../../bench/publish.ts';

test('a canary reaches a real browser, and a bad one is rolled back there without anyone’s hand', async () => {
  const result = await benchPublish({ rounds: 2, progress: () => undefined });
  expect(result.checks).toEqual(Object.fromEntries(Object.keys(result.checks).map((name) => [name, true])));
  // a device that has what the release names asks for the release alone
  expect(result.badCanary).toMatchObject({ fault: 'fall-back', nextPage: { channel: 'stable', fetched: 1 } });
  expect(result.untilUsedMs.max).toBeGreaterThan(result.publishMs.median);
});
