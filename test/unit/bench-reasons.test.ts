import { expect, test } from 'vitest';
import { BENCHES } from '../../cli/bench.ts';
import { runCommand } from '../../cli/command.ts';
import { benchReasons } from '../../training/bench-reasons.ts';

const bundleDir = new URL('../../demo/bundle', import.meta.url).pathname;

test('the ratio is that of each repeat, its median and middle 80 %', { timeout: 60_000 }, async () => {
  // three looks at the clock a repeat, of which the first does not count: rankings take 4 ms, reasons n times that
  let [looks, now] = [0, 0];
  const stopwatch = (): number => {
    const repeat = Math.floor(looks / 3) % 6;
    now += [0, 4, 4 * repeat][looks++ % 3];
    return now;
  };
  const { costs, ...about } = await benchReasons({ bundleDir, seed: 3, repeats: 5, visitors: 2, stopwatch });
  expect(about).toEqual({ seed: 3, repeats: 5, visitors: 2, engine: 'micro', candidates: 100, shown: 12 });
  const [slateMs, ratio] = [
    { median: 2, p10: 2, p90: 2 },
    { median: 3, p10: 1, p90: 4 },
  ];
  const reasonsMs = { median: 6, p10: 2, p90: 8 };
  expect(costs).toEqual([20, 50].map((events) => ({ events, slateMs, reasonsMs, ratio })));
});

test('bench reasons prints one object and refuses no repeats', { timeout: 60_000 }, async () => {
  const command = BENCHES.find(({ name }) => name === 'bench reasons');
  const printed: object[] = [];
  const io = { print: (object: object) => printed.push(object) } as never;
  if (command === undefined) throw new Error('no such command');
  expect(await runCommand(command, ['--bundle', bundleDir, '--repeats', '1', '--visitors', '2'], io)).toBe(0);
  expect(printed).toMatchObject([{ seed: 1, repeats: 1, visitors: 2, costs: [{ events: 20 }, { events: 50 }] }]);
  await expect(runCommand(command, ['--repeats', '0'], io)).rejects.toThrow('--repeats');
});
