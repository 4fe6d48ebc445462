import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runCommand } from '../../cli/command.ts';
import { createIo } from '../../cli/io.ts';
import { trainCommand } from '../../cli/train.ts';
import { SIMULATION_END_MS } from '../../training/simulate-model.ts';
import { WEEK, between, createPrevious, testFolder, whole, writeLog } from './data-log.ts';

vi.setConfig({ testTimeout: 120_000 });
afterAll(() => {
  rmSync(testFolder, { recursive: true, force: true });
});

describe('train --previous', () => {
  let previous = '';
  let old = '';
  beforeAll(async () => {
    previous = await createPrevious();
    old = writeLog(between(whole, 0, SIMULATION_END_MS - 3 * WEEK));
  });

  async function train(out: string, ...flags: readonly string[]) {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const args = ['--data', old, '--out', join(testFolder, out), '--previous', previous, ...flags];
    const exit = await runCommand(trainCommand, args, createIo(stdout, stderr));
    return { exit, result: JSON.parse(String(stdout.read())) as Record<string, unknown>, err: String(stderr.read()) };
  }

  test('a refused log exits with 1, says why, and writes nothing', async () => {
    const { exit, result, err } = await train('refused');
    expect(exit).toBe(1);
    expect(result).toMatchObject({ refused: ['log_older'], dataFindings: [{ code: 'log_older', action: 'refused' }] });
    expect(err).toContain('the log is refused: log_older; mend it, or accept each code by --accept');
    expect(existsSync(join(testFolder, 'refused'))).toBe(false);
  });

  test('an accepted one trains; its bundle is the next previous one', async () => {
    const { exit, result } = await train('accepted', '--accept', 'log_older');
    expect(exit).toBe(0);
    expect(result['dataFindings']).toMatchObject([{ code: 'log_older', action: 'warned' }]);
    previous = join(testFolder, 'accepted');
    expect(await train('again')).toMatchObject({ exit: 0, result: { dataFindings: [] } });
  });

  test('an unknown code and a previous bundle that is not there are bad input', async () => {
    await expect(train('x', '--accept', 'everything')).rejects.toThrow(
      /--accept takes one of column_renamed, .*everything/,
    );
    previous = '/nope';
    await expect(train('x')).rejects.toThrow(/\/nope: cannot be read/);
  });
});
