import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WORLD_SET, WORLD_START, createExperimentRows } from '../../collector/bench/experiment-log.ts';
import { declareExperiments } from '../../collector/index.ts';
import {
  type AuditWorld,
  RUN,
  VERSION_ID,
  audit,
  auditRows,
  declareHoldout,
  headsOf,
  offlineOf,
  writeAuditLog,
  writeManifest,
  writeSiteLog,
} from './audit-log.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const folder = mkdtempSync(join(tmpdir(), 'nearside-audit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const AT = ['--at', '2026-11-01T01:00:00Z'];
let data: string;
/** Of one version, with nothing wrong in it. */
let clean: string;
beforeAll(() => {
  data = writeSiteLog(join(folder, 'site'));
  clean = logOf();
});

let logs = 0;
function logOf(world: AuditWorld = {}, windowDays = 7): string {
  const db = writeAuditLog(join(folder, `${String(++logs)}.sqlite`), auditRows(world));
  declareHoldout(db, windowDays);
  return db;
}

const VERSIONS = {
  old: { modelId: VERSION_ID('old'), order: 'generator', fromDay: 0, share: 1 },
  better: { modelId: VERSION_ID('better'), order: 'oracle', fromDay: 20, share: 0.5 },
  worse: { modelId: VERSION_ID('worse'), order: 'backwards', fromDay: 20, share: 0.5 },
} as const;
const bundleOf = (name: string, ndcg: number, fields: object = {}): string =>
  writeManifest(join(folder, `bundle-${name}-${String(++logs)}`), {
    ...{ modelId: VERSION_ID(name), ...offlineOf(ndcg), ...headsOf(7), ...RUN, ...fields },
  });

test('a clean log passes every check, and every question is answered', async () => {
  const db = logOf({ versions: [VERSIONS.old, VERSIONS.better] });
  const bundles = ['--bundle', bundleOf('old', 0.25), '--bundle', bundleOf('better', 0.3)];
  const { verdict, exit, findings, readiness, text } = await audit('--db', db, '--data', data, ...bundles, ...AT);
  expect(findings.map(({ check, verdict }) => [check, verdict])).toEqual([
    ['01', 'ok'],
    ['02', 'ok'],
    ['03', 'ok'],
    ['04', 'ok'],
  ]);
  expect([verdict, exit, readiness.answered]).toEqual(['ok', 0, 5]);
  expect(findings.flatMap(({ advice }) => advice)).toEqual([]);
  expect(text).toContain('who owns it? Ranking team owns the model');
  expect(text).toContain('audit: ok');
  for (const { command } of [...findings, ...readiness.questions]) expect(command).toMatch(/^nearside /);
});

describe('freshness', () => {
  test('a feed that stops is found, with its day', async () => {
    const { of, exit } = await audit('--db', logOf({ feedStopsOn: 45 }), '--data', data, ...AT);
    const { verdict, messages, figures } = of('freshness');
    expect([verdict, exit]).toEqual(['fail', 1]);
    expect(messages[0]).toContain('has been behind since 2026-10-17');
    expect(figures).toMatchObject({ shifts: { serverLag: { since: '2026-10-17' }, signalAgeMs: { since: null } } });
  });

  test('pages that no longer record are found by the age of signals', async () => {
    const { of } = await audit('--db', logOf({ recordingStopsOn: 20 }), '--data', data, ...AT);
    const { verdict, figures } = of('freshness');
    expect(verdict).toBe('fail');
    expect(figures).toMatchObject({ shifts: { signalAgeMs: { since: '2026-09-22' }, serverLag: { since: null } } });
    expect(figures['olderThanWindow']).toBeGreaterThan(0.5);
  });

  test('without the site’s log the window is not observable', async () => {
    const { of } = await audit('--db', clean, ...AT);
    expect(of('freshness')).toMatchObject({
      verdict: 'not_observable',
      figures: { drift: null, olderThanWindow: null },
    });
  });
});

describe('identity', () => {
  test('a log-in that pages lose is found, with its day', async () => {
    const { of } = await audit('--db', logOf({ loginStopsOn: 40 }), ...AT);
    expect(of('identity')).toMatchObject({ verdict: 'fail', figures: { shift: { since: '2026-10-12' } } });
  });

  test('unit ids that do not stay are found, and no account is seen in them', async () => {
    const { of } = await audit('--db', logOf({ restless: true }), ...AT);
    const { verdict, figures, messages } = of('identity');
    expect(verdict).toBe('fail');
    expect(figures['restlessShare']).toBeGreaterThan(0.05);
    expect(messages).toContain('every unit id is a browser’s own: how many browsers a person has cannot be told');
  });

  test('browsers of accounts are counted', async () => {
    const rows = auditRows();
    const { of } = await audit('--db', clean, ...AT);
    const accounts = new Map<string, Set<string>>();
    for (const { clientId, event } of rows)
      if (event.unitId.startsWith('account'))
        accounts.set(event.unitId, (accounts.get(event.unitId) ?? new Set()).add(clientId));
    const sizes = [...accounts.values()].map(({ size }) => size);
    const two = sizes.filter((size) => size === 2).length;
    expect(of('identity').figures).toMatchObject({
      ...{ accounts: sizes.length, restlessShare: 0 },
      devicesPerAccount: { one: sizes.length - two, two, more: 0 },
      stitchedShare: expect.closeTo((2 * two) / (sizes.length + two), 5) as number,
    });
  });
});

describe('offline and online', () => {
  test('an offline win that does not hold online is found', async () => {
    const db = logOf({ versions: [VERSIONS.old, VERSIONS.worse] });
    const { of } = await audit(
      '--db',
      db,
      '--bundle',
      bundleOf('old', 0.25),
      '--bundle',
      bundleOf('worse', 0.3),
      ...AT,
    );
    const { verdict, messages, advice, figures } = of('offline-online');
    expect(verdict).toBe('fail');
    expect(messages[0]).toContain('offline does not hold online');
    expect(advice[0]).toContain('serve old');
    expect(figures).toMatchObject({ steps: [{ verdict: 'reversed', online: { isConcurrent: true } }] });
  });

  test('so is one of a version that never served beside the other, as a warning', async () => {
    const db = logOf({ versions: [VERSIONS.old, { ...VERSIONS.worse, share: 1 }] });
    const { of } = await audit(
      '--db',
      db,
      '--bundle',
      bundleOf('old', 0.25),
      '--bundle',
      bundleOf('worse', 0.3),
      ...AT,
    );
    expect(of('offline-online')).toMatchObject({
      ...{ verdict: 'warn', figures: { steps: [{ verdict: 'reversed', online: { isConcurrent: false } }] } },
    });
  });

  test('two versions that rank alike are told apart by nobody', async () => {
    const twin = { ...VERSIONS.better, order: 'generator' } as const;
    const db = logOf({ versions: [VERSIONS.old, twin] });
    const { of } = await audit(
      '--db',
      db,
      '--bundle',
      bundleOf('old', 0.25),
      '--bundle',
      bundleOf('better', 0.3),
      ...AT,
    );
    expect(of('offline-online')).toMatchObject({ verdict: 'warn', figures: { steps: [{ verdict: 'undecided' }] } });
  });

  test('over three versions the order of both is compared', async () => {
    const third = { ...VERSIONS.worse, fromDay: 40, share: 0.25 };
    const db = logOf({ versions: [VERSIONS.old, VERSIONS.better, third] });
    const run = (worse: number) =>
      audit(
        ...['--db', db, '--bundle', bundleOf('old', 0.25), '--bundle', bundleOf('better', 0.3)],
        ...['--bundle', bundleOf('worse', worse), ...AT],
      );
    expect((await run(0.2)).of('offline-online')).toMatchObject({
      verdict: 'ok',
      figures: { rankCorrelation: { tau: 1 } },
    });
    const wrong = (await run(0.4)).of('offline-online');
    expect(wrong.verdict).toBe('fail');
    expect(wrong.figures['rankCorrelation']).toMatchObject({ versions: 3, tau: expect.closeTo(-1 / 3, 5) as number });
  });

  test('one bundle compares with nothing', async () => {
    const { of } = await audit('--db', clean, '--bundle', bundleOf('one', 0.25), ...AT);
    expect(of('offline-online').verdict).toBe('not_observable');
  });
});

describe('windows', () => {
  test('labels of a day lose what is bought later', async () => {
    const db = logOf({ delayDays: 2 });
    const { of } = await audit('--db', db, '--bundle', bundleOf('one', 0.25, headsOf(1)), ...AT);
    const { verdict, figures, messages } = of('windows');
    expect(verdict).toBe('fail');
    const windows = figures['windows'] as { use: string; outside: number }[];
    const label = windows.find(({ use }) => use === 'label');
    // clicks of later visits shorten what is seen of exp(-1/2)
    expect(label?.outside).toBeGreaterThan(0.4);
    expect(label?.outside).toBeLessThan(Math.exp(-1 / 2));
    expect(messages.some((message) => message.startsWith('what counts as a conversion differs'))).toBe(true);
  });

  test('a window that changed between releases is named', async () => {
    const old = bundleOf('old', 0.25, { ...headsOf(14), createdAt: '2026-09-01T00:00:00Z' });
    const db = logOf({ versions: [VERSIONS.old, VERSIONS.better] });
    const { of } = await audit('--db', db, '--bundle', old, '--bundle', bundleOf('better', 0.3), ...AT);
    expect(of('windows')).toMatchObject({
      verdict: 'warn',
      figures: { changes: ['head "purchase" had 14 days in manifest old000000000 and has 7 in manifest better000000'] },
    });
  });

  test('an experiment that counts for longer than the labels is named', async () => {
    const { of } = await audit('--db', logOf({}, 14), '--bundle', bundleOf('one', 0.25), ...AT);
    expect(of('windows').messages.filter((message) => message.includes('differs'))).toHaveLength(1);
  });

  test('without a bundle the labels are not known', async () => {
    expect((await audit('--db', clean, ...AT)).of('windows').verdict).toBe('not_observable');
  });
});

test('an experiment whose window cuts its conversions off is found, the same with a longer one passes', async () => {
  const visits = { seed: 3, units: 3000, rate: 0.9, effect: 0, days: 20, delayDays: 3, impressions: 20 };
  const [experiment] = WORLD_SET.experiments;
  const [short, long] = await Promise.all(
    [2, 12].map(async (windowDays) => {
      const db = writeAuditLog(join(folder, `made-${String(windowDays)}.sqlite`), [...createExperimentRows(visits)]);
      const analysis = { ...experiment.analysis, windowDays };
      declareExperiments(db, { experiments: [{ ...experiment, analysis }] }, WORLD_START - 1);
      const { figures } = (await audit('--db', db, '--at', '2026-05-01T00:00:00Z')).of('windows');
      return (figures['windows'] as { use: string; outside: number }[]).find(({ use }) => use === 'report');
    }),
  );
  expect(short?.outside).toBeGreaterThan(0.2);
  expect(long?.outside).toBeLessThan(0.05);
});

describe('readiness', () => {
  test('what nobody has said is not answered', async () => {
    const bare = { owner: undefined, runbook: undefined, retrainBy: undefined };
    const { readiness } = await audit('--db', clean, '--bundle', bundleOf('one', 0.25, bare), ...AT);
    expect(readiness.questions.map(({ answer }) => answer === 'not answered')).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
    expect(readiness).toMatchObject({ verdict: 'warn', answered: 2 });
  });

  test('an overdue training and a log that ended days ago fail', async () => {
    const late = bundleOf('one', 0.25, { retrainBy: '2026-10-01T00:00:00Z' });
    const { readiness, exit } = await audit('--db', clean, '--bundle', late, '--at', '2026-11-05T00:00:00Z');
    expect(readiness.questions.map(({ verdict }) => verdict)).toEqual(['fail', 'ok', 'ok', 'ok', 'fail']);
    expect(exit).toBe(1);
  });
});
