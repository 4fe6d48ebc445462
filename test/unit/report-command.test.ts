import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test, vi } from 'vitest';
import { WORLD_SET, createExperimentRows } from '../../collector/bench/experiment-log.ts';
import { createLog } from '../../collector/index.ts';
import { DAY_MS } from '../../collector/day.ts';
import { useProgram } from './cli-process.ts';
import { START, createRows, exposed, unitsIn } from './report-log.ts';

// each test starts processes, which is slow where many tests share a machine
vi.setConfig({ testTimeout: 60_000 });

const program = useProgram();

function writeSet(set: unknown): string {
  const file = join(program.folder, 'set.json');
  writeFileSync(file, JSON.stringify(set));
  return file;
}

function writeLog(units: number): void {
  const log = createLog(program.db);
  log.append([...createExperimentRows({ seed: 3, units, rate: 0.2, effect: 0.4, days: 10 })]);
  log.close();
}

const AT = ['--at', '2026-05-01T00:00:00Z'] as const;

test('what is declared is reported on', async () => {
  writeLog(3000);
  const declared = await program.run('experiments', 'declare', writeSet(WORLD_SET), '--db', program.db);
  expect(declared).toMatchObject({ exit: 0 });
  expect(JSON.parse(declared.out)).toMatchObject({ declared: true, isNew: true });
  const again = await program.run('experiments', 'declare', writeSet(WORLD_SET), '--db', program.db);
  expect(JSON.parse(again.out)).toEqual({ declared: true, isNew: false, problems: [] });
  const { exit, out } = await program.run('report', '--db', program.db, '--experiment', 'fresh-first', ...AT);
  const report = JSON.parse(out) as { findings: { code: string }[] } & Record<string, unknown>;
  expect(exit).toBe(0);
  expect(report).toMatchObject({
    ...{ experiment: 'fresh-first', phase: 0, currency: 'EUR' },
    ...{ primary: { name: 'conversion' }, guardrails: [{ name: 'revenue' }, { name: 'dismissals' }] },
    srm: { kind: 'judged', verdict: 'as_assigned' },
  });
  // it is declared now, and was seen in spring
  expect(report.findings.map(({ code }) => code)).toEqual(['declared_late']);
  for (const key of ['srm', 'primary', 'guardrails', 'verdict', 'metrics']) expect(Object.keys(report)).toContain(key);
});

test('a set can be handed in, and a bundle brings its windows', async () => {
  writeLog(300);
  const bundle = join(program.folder, 'manifest.json');
  writeFileSync(bundle, JSON.stringify({ heads: [{ name: 'next_item', windowDays: 14 }] }));
  const given = ['--experiments', writeSet(WORLD_SET), '--bundle', program.folder];
  const { out } = await program.run('report', '--db', program.db, '--experiment', 'fresh-first', ...AT, ...given);
  const { windows, findings } = JSON.parse(out) as { windows: { days: number }[]; findings: { code: string }[] };
  expect(windows.map(({ days }) => days)).toEqual([7, 14]);
  expect(findings.map(({ code }) => code)).toEqual(['declaration_odd', 'windows_differ']);
});

test('a wrong analysis is refused before it can start', async () => {
  const [experiment] = WORLD_SET.experiments;
  const file = writeSet({ experiments: [{ ...experiment, analysis: { primary: 'clicks', smallestEffect: 0.1 } }] });
  for (const args of [
    ['check', file],
    ['declare', file, '--db', program.db],
  ]) {
    if (args[0] === 'declare') writeLog(1);
    const { exit, out } = await program.run('experiments', ...args);
    expect([exit, (JSON.parse(out) as { problems: { message: string }[] }).problems[0]?.message]).toEqual([
      1,
      expect.stringContaining('"primary" of "analysis" must be one of conversion, '),
    ]);
  }
});

test('what nobody was exposed to and nobody declared is a usage error', async () => {
  writeLog(10);
  const { exit, err } = await program.run('report', '--db', program.db, '--experiment', 'fresh-frist', ...AT);
  expect([exit, err]).toEqual([
    2,
    expect.stringContaining('has no exposure to "fresh-frist", and nothing is declared'),
  ]);
});

test('a collector that knows the experiments counts exposures to an arm that is not the unit’s', async () => {
  const args = ['collect', '--db', program.db, '--port', '0', '--experiments', writeSet(WORLD_SET)];
  const [line] = (await once(createInterface(program.start(args).stdout), 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  const row = createRows();
  const [right = '', wrong = ''] = unitsIn('control', 2);
  const events = [
    row(right, 0, exposed('control')),
    row(wrong, 0, exposed('diverse')),
    row(wrong, 0, exposed('control', { arms: [{ experiment: 'other', arm: 'a', phase: 0 }] })),
  ].map(({ event }, i) => ({ ...event, id: `01890000-0000-7000-8000-00000000000${String(i)}` }));
  const post = () =>
    fetch(`${url}/v1/events`, {
      method: 'POST',
      body: JSON.stringify({ clientId: 'c', sentAt: START + DAY_MS, events }),
    });
  // told twice, counted once
  expect([(await post()).status, (await post()).status]).toEqual([200, 200]);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  for (const result of ['match', 'mismatch', 'unknown'])
    expect(metrics).toContain(`nearside_assignments_total{result="${result}"} 1\n`);
});
