import { expect, test } from 'vitest';
import { readPageHealth } from '../../collector/page-health.ts';
import { parseEvent } from '../../collector/wire-event.ts';
import { type FeedbackEvent, priorityOf } from '../../src/core/event.ts';
import { type PageNotes, addNote } from '../../src/core/page-notes.ts';
import { createPageHealth, createVitals } from '../../src/core/page-view.ts';
import { createRandom } from '../../src/core/random.ts';
import { createUuid } from '../../src/core/uuid.ts';

const environment = { clock: () => 1_800_000_000_000, random: createRandom(3) };
let clientSeq = 0;
const about = () => ({
  ...{ id: createUuid(environment), clientSeq: ++clientSeq, unitId: 'u', at: 1_800_000_000_000 },
  consent: 'events' as const,
});
const vitalsOf = (vitals: unknown) => parseEvent({ ...about(), kind: 'vitals', vitals });
const healthOf = (health: unknown) => parseEvent({ ...about(), kind: 'health', health });
const dropped = { kind: 'drop', code: 'field_invalid' };

test('what was measured is rounded; what was not is absent, and nothing at all is no event', () => {
  expect(createVitals({ lcp: 812.5, inp: 39.4, cls: 0.123456, navigation: 'reload' })).toEqual({
    ...{ lcpMs: 813, inpMs: 39, cls: 0.1235, navigation: 'reload' },
  });
  expect(createVitals({ cls: 0, navigation: 'a new kind' })).toEqual({ cls: 0 });
  expect(createVitals({ lcp: -3, inp: 1e12 })).toEqual({ lcpMs: 0, inpMs: 86_400_000 });
  expect(createVitals({ navigation: 'navigate' })).toBeUndefined();
});

test('notes become counts that add up, the lower median and the longest', () => {
  const slates: PageNotes['slates'] = [
    { tier: 'linear', ms: 30.4 },
    { tier: 'wasm', ms: 8 },
    { tier: 'wasm', ms: -2 },
    { tier: 'server', ms: 500 },
  ];
  expect(createPageHealth({ slates, problems: ['engine_failed', 'bundle_expired', 'engine_failed'] })).toEqual({
    tiers: { linear: 1, wasm: 2, server: 1 },
    slateMs: { n: 4, p50: 8, max: 500 },
    problems: { engine_failed: 2, bundle_expired: 1 },
  });
  expect(createPageHealth({ slates: [], problems: ['aborted'] })).toEqual({ problems: { aborted: 1 } });
  const health = createPageHealth({ slates, problems: [], release: { number: 7, channel: 'canary' } });
  expect(health).toMatchObject({ release: 7, channel: 'canary' });
  expect(healthOf(health)).toHaveProperty('event.health', health);
  expect(createPageHealth({ slates: [], problems: [] })).toBeUndefined();
});

test('a page that runs wild keeps 1,000 notes and tells 20 codes', () => {
  const notes: PageNotes = { slates: [], problems: [] };
  for (let i = 0; i < 1_500; i++) addNote(notes.slates, { tier: 'micro', ms: i });
  expect(createPageHealth(notes)).toMatchObject({ tiers: { micro: 1_000 }, slateMs: { n: 1_000, max: 999 } });
  const codes = Array.from({ length: 30 }, (_, i) => `code_${'a'.repeat(i + 1)}`) as unknown as PageNotes['problems'];
  const health = createPageHealth({ slates: [], problems: codes });
  expect(Object.keys(health?.problems ?? {}).length).toBe(20);
  // and the collector takes what the kit tells at most
  expect(healthOf(health)).toMatchObject({ kind: 'event' });
});

test('the collector takes exactly the documented fields', () => {
  const vitals = { lcpMs: 1, inpMs: 0, cls: 0.5, navigation: 'navigate' };
  expect(vitalsOf({ ...vitals, url: 'https://shop.test/boots' })).toMatchObject({ event: { vitals } });
  expect(vitalsOf({ ...vitals, url: 'x' })).not.toHaveProperty('event.vitals.url');
  const health = { tiers: { wasm: 2 }, slateMs: { n: 2, p50: 3, max: 4 }, problems: { engine_failed: 1 } };
  expect(healthOf({ ...health, message: 'm', slateMs: { ...health.slateMs, p99: 1 } })).toHaveProperty(
    'event.health',
    health,
  );
});

test.each([
  ...[{}, null, [], 'x', { navigation: 'navigate' }, { lcpMs: 1.5 }, { lcpMs: -1 }, { lcpMs: 86_400_001 }],
  ...[{ inpMs: '5' }, { cls: -0.1 }, { cls: 1001 }, { cls: null, lcpMs: 1 }, { cls: Number.NaN }],
  ...[{ lcpMs: 5, navigation: 'https://shop.test' }],
])('vitals that are none are dropped: %j', (vitals) => {
  expect(vitalsOf(vitals)).toMatchObject(dropped);
});

test.each([
  ...[
    {},
    [],
    5,
    { tiers: {} },
    { tiers: [] },
    { tiers: { wasm: 0 } },
    { tiers: { wasm: 1.5 } },
    { tiers: { fast: 1 } },
  ],
  ...[{ slateMs: { n: 0, p50: 1, max: 1 } }, { slateMs: { n: 1, p50: 5, max: 4 } }, { slateMs: { n: 1, p50: 1 } }],
  ...[
    { tiers: { wasm: 1 }, release: 1 },
    { release: 0, channel: 'stable' },
    { release: 1, channel: 'nightly' },
  ],
  ...[{ slateMs: 5 }, { slateMs: { n: 1, p50: -1, max: 1 } }, { slateMs: { n: 1, p50: 1, max: 1e9 } }],
  ...[{ problems: { 'Ann Smith': 1 } }, { problems: { 'ann@example.org': 1 } }, { problems: { engine_failed: -1 } }],
  ...[{ problems: { boom: 1 } }, { problems: { [`a_${'b'.repeat(39)}`]: 1 } }],
  { problems: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`code_${'a'.repeat(i + 1)}`, 1])) },
])('health that is none is dropped: %j', (health) => {
  expect(healthOf(health)).toMatchObject(dropped);
});

test('a kind holds its own content, some of it, and no other kind’s', () => {
  const [vitals, lost, health] = [{ lcpMs: 1 }, { no_room: 1 }, { tiers: { wasm: 1 } }];
  const parse = (fields: object) => parseEvent({ ...about(), ...fields }).kind;
  expect(
    [
      ...[{ kind: 'vitals' }, { kind: 'health' }, { kind: 'health', vitals }, { kind: 'click', vitals }],
      ...[
        { kind: 'click', health },
        { kind: 'vitals', vitals, lost },
      ],
    ].map(parse),
  ).toEqual(Array.from({ length: 6 }, () => 'drop'));
  expect(
    [
      { kind: 'vitals', vitals },
      { kind: 'health', health },
      { kind: 'health', lost },
    ].map(parse),
  ).toEqual([...['event', 'event', 'event']]);
});

test('what a page was like goes first where there is no room; what was lost is kept', () => {
  const kinds = [
    ...[{ kind: 'health', lost: { no_room: 1 } }, { kind: 'conversion' }, { kind: 'impression' }, { kind: 'ranking' }],
    ...[{ kind: 'vitals' }, { kind: 'health' }],
  ] as const;
  expect(kinds.map(priorityOf)).toEqual([0, 0, 2, 3, 4, 4]);
});

test('a log is summed up: quantiles by nearest rank', async () => {
  const event = (fields: Partial<FeedbackEvent>): FeedbackEvent => ({ ...about(), kind: 'health', ...fields });
  const measured = Array.from({ length: 20 }, (_, i) => event({ kind: 'vitals', vitals: { lcpMs: (i + 1) * 100 } }));
  const shift = event({ kind: 'vitals', vitals: { cls: 0.02, navigation: 'back-forward-cache' } });
  const pages = [
    event({ health: { tiers: { wasm: 3, server: 1 }, slateMs: { n: 4, p50: 10, max: 90 } } }),
    event({ health: { tiers: { wasm: 1 }, slateMs: { n: 1, p50: 20, max: 20 }, problems: { engine_failed: 2 } } }),
    event({ health: { problems: { release_rolled_back: 1 }, release: 7, channel: 'stable' } }),
  ];
  const losses = [event({ lost: { too_old: 2 } }), event({ lost: { too_old: 1, no_room: 4 } })];
  const others = [event({ kind: 'click' })];
  const all = [...measured, shift, ...pages, ...losses, ...others];
  const rows = all.map((one) => ({ clientId: 'c', receivedAt: 1, event: one }));
  expect(await readPageHealth({ read: () => rows })).toEqual({
    pages: { vitals: 21, health: 3 },
    lcpMs: { n: 20, p50: 1000, p75: 1500, p95: 1900 },
    inpMs: null,
    cls: { n: 1, p50: 0.02, p75: 0.02, p95: 0.02 },
    navigation: { 'back-forward-cache': 1 },
    tiers: { wasm: 4, server: 1 },
    slateMs: { n: 2, p50: 10, p75: 20, p95: 20, max: 90 },
    problems: { engine_failed: 2, release_rolled_back: 1 },
    releases: { '7 stable': 1 },
    lost: { events: { no_room: 4, too_old: 3 }, clients: 1 },
  });
  expect(await readPageHealth({ read: () => [] })).toMatchObject({ lcpMs: null, slateMs: null, tiers: {}, lost: {} });
});
