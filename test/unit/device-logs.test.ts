import { expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { mergeDevices, splitByDevice } from '../../training/device-logs.ts';
import type { Timeline } from '../../training/timeline.ts';

const HOUR_MS = 3_600_000;

/** Sessions one after another, as a log's are. */
function history(random: () => number): Timeline {
  let at = 1_760_000_000_000;
  const sessions = 1 + Math.floor(10 * random());
  const signals = Array.from({ length: sessions }, (_, session) =>
    Array.from({ length: 1 + Math.floor(4 * random()) }, () => {
      at += Math.floor(5 * HOUR_MS * random());
      const item = 1 + Math.floor(9 * random());
      return { ...{ at, item, sessionId: `s${String(session)}` }, kind: 'view' as const, dwellMs: 0, confidence: 1 };
    }),
  ).flat();
  return { signals, running: `s${String(sessions - 1)}` };
}

test('logs of three devices give one history, in any order and however often they come', () => {
  const random = createRandom(4);
  let differs = 0;
  for (let n = 0; n < 500; n++) {
    const whole = history(random);
    const skews = [0, 1, 2].map(() => Math.round((random() - 0.5) * 24 * HOUR_MS));
    const skewOf = (device: number): number => skews[device];
    const logs = splitByDevice(whole, { devices: 3, seed: n, skewOf });
    expect(logs.reduce((sum, { signals }) => sum + signals.length, 0)).toBe(whole.signals.length);
    const replayed = [...logs, ...logs].map((log) => [random(), log] as const).sort(([a], [b]) => a - b);
    const parts = replayed.map(([, { device, signals }]) => ({ device, signals: signals.slice().reverse() }));
    expect(
      mergeDevices([...parts.map(({ device, signals }) => ({ device, signals: signals.slice(1) })), ...parts], skewOf),
    ).toEqual(whole.signals);
    // the control: clocks that nobody puts right
    if (JSON.stringify(mergeDevices(logs, () => 0)) !== JSON.stringify(whole.signals)) differs++;
  }
  expect(differs).toBeGreaterThan(450);
});
