import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { runCommand } from '../../cli/command.ts';
import { reportCommand } from '../../cli/report.ts';
import type { FeedbackEvent } from '../../src/core/event.ts';
import type { SlatePolicy } from '../../src/core/policy.ts';
import { createUuid } from '../../src/core/uuid.ts';
import type { ForetoldArm } from '../../training/experiment-off-policy.ts';
import { ASKED, LOGGED, environment, pool, random, slateEvents, truthOf, writeLog } from './off-policy-fixture.ts';

vi.setConfig({ testTimeout: 60_000 });
const folder = mkdtempSync(join(tmpdir(), 'nearside-foretold-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const SLATES = 1500;

test('report sets what control’s slates foretell of an arm beside what it brought', async () => {
  const set = {
    experiments: [
      {
        ...{ key: 'weights', variations: [{}, { policy: { weights: ASKED.weights } }] },
        meta: [{ key: 'control' }, { key: 'asked' }],
      },
    ],
  };
  const inArm = (arm: string, policy: SlatePolicy, slates: number): FeedbackEvent[] =>
    Array.from({ length: slates }, () => {
      const context = pool[Math.floor(random() * pool.length)];
      const events = slateEvents({ ...context, input: { ...context.input, policy } });
      const [{ unitId }] = events;
      const arms = [{ experiment: 'weights', arm, phase: 0 }];
      const about = { id: createUuid(environment), clientSeq: 9, unitId, at: 1, consent: 'training' as const };
      return [...events, { ...about, kind: 'exposure' as const, arms }];
    }).flat();
  const db = writeLog(join(folder, 'arms.sqlite'), [
    ...inArm('control', LOGGED, SLATES),
    ...inArm('asked', ASKED, SLATES),
  ]);
  const file = join(folder, 'set.json');
  writeFileSync(file, JSON.stringify(set));
  const printed: object[] = [];
  const io = { print: (object: object) => printed.push(object), progress: () => undefined };
  const page = join(folder, 'page.html');
  const args = ['--db', db, '--experiment', 'weights', '--experiments', file, '--html', page];
  await runCommand(reportCommand, args, io as never);
  const section = /<section[^>]*aria-labelledby="foretold".*?<\/section>/s.exec(readFileSync(page, 'utf8'))?.[0] ?? '';
  expect(section).toContain('yes: the intervals meet');
  expect(section.match(/asked/g)).not.toBeNull();
  const [{ offPolicy }] = printed as [{ offPolicy: readonly ForetoldArm[] }];
  const truth = truthOf(ASKED);
  const [{ arm, predicted, measured }] = offPolicy;
  expect([arm, predicted.verdict]).toEqual(['asked', 'estimated']);
  for (const value of [predicted.dr, predicted.snips, measured]) {
    expect(value?.low).toBeLessThan(truth);
    expect(value?.high).toBeGreaterThan(truth);
  }
});
