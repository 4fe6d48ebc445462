import { expect, vi } from 'vitest';
import type { SignalInput } from '../../src/core/signal.ts';
import type { Kit } from '../../src/kit/types.ts';

export const EUR = (amount: number) => ({ amount, currency: 'EUR' });

/** What of a stored signal came with it, oldest first. */
export async function recorded(kit: Pick<Kit, 'signals'>): Promise<SignalInput[]> {
  const signals = await kit.signals();
  const given = ['kind', 'itemId', 'query', 'quantity', 'value', 'via'];
  return signals
    .toReversed()
    .map((signal) => Object.fromEntries(Object.entries(signal).filter(([name]) => given.includes(name))))
    .map((signal) => signal as unknown as SignalInput);
}

/** Waits until that is all that has been recorded. */
export const expectRecorded = (kit: Pick<Kit, 'signals'>, signals: readonly SignalInput[]): Promise<void> =>
  vi.waitFor(async () => expect(await recorded(kit)).toEqual(signals), { timeout: 5000 });
