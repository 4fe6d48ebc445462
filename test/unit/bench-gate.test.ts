import { expect, test, vi } from 'vitest';
import { BENCHES } from '../../cli/bench.ts';
import { runCommand } from '../../cli/command.ts';

const bench = vi.hoisted(() => vi.fn());
vi.mock('../../training/freshness.ts', () => ({ benchFreshness: bench }));
vi.mock('../../training/bench-off-policy.ts', () => ({ benchOffPolicy: bench }));
vi.mock('../../collector/bench/bench-experiments.ts', () => ({ benchExperiments: bench }));

const printed: object[] = [];
const io = { print: (object: object) => printed.push(object), progress: () => undefined, warn: () => undefined };
const run = (...flags: string[]) => runCommand(BENCHES[0], ['--data', 'd', '--bundle', 'b', ...flags], io as never);

test.each([
  [true, true, 0],
  [true, false, 1],
  [false, true, 1],
])('bench freshness --gate: checks %s and %s exit with %i, and are printed', async (recovers, beats, exit) => {
  const result = { checks: { 'recovers at least half': recovers, 'model above linear': beats } };
  bench.mockResolvedValue(result);
  expect(await run('--gate')).toBe(exit);
  expect(await run()).toBe(0);
  expect(printed.splice(0)).toEqual([result, result]);
});

test.each([
  [true, 0],
  [false, 1],
])('bench ope --gate: a check that is %s exits with %i, over the seeds 1 to N', async (holds, exit) => {
  const ope = BENCHES.find(({ name }) => name === 'bench ope');
  const result = { checks: { 'estimated in every seed': true, 'rmse below the naive one': holds } };
  bench.mockReturnValue(result);
  expect(ope && (await runCommand(ope, ['--seeds', '3', '--gate'], io as never))).toBe(exit);
  expect(ope && (await runCommand(ope, ['--seeds', '3'], io as never))).toBe(0);
  expect(bench).toHaveBeenLastCalledWith(expect.objectContaining({ seeds: [1, 2, 3] }));
  expect(printed.splice(0)).toEqual([result, result]);
});

test.each([
  [true, 0],
  [false, 1],
])(
  'bench experiments: a bound that is %s exits with %i without a flag, over 2,000 experiments of seed 1',
  async (holds, exit) => {
    const experiments = BENCHES.find(({ name }) => name === 'bench experiments');
    const result = { checks: { 'finds none': true, 'a leak is found': holds } };
    bench.mockReturnValue(result);
    expect(experiments && (await runCommand(experiments, [], io as never))).toBe(exit);
    expect(bench).toHaveBeenLastCalledWith(expect.objectContaining({ experiments: 2_000, seed: 1 }));
    expect(printed.splice(0)).toEqual([result]);
  },
);
