import { beforeEach, describe, expect, test } from 'vitest';
import type { FeedbackEvent, Losses } from '../../src/core/event.ts';
import { createRandom } from '../../src/core/random.ts';
import { timeOfUuid } from '../../src/core/uuid.ts';
import type { EventDraft } from '../../src/store/feedback.ts';
import { MemoryStorage } from '../../src/store/memory-storage.ts';
import {
  MAX_ROWS,
  MAX_SIZE_BYTES,
  outboxOf,
  queueDrafts,
  queueEvents,
  readPending,
  sizeOf,
} from '../../src/store/outbox-state.ts';
import { MAX_AGE_MS, changeOutboxState, readOutbox, removeSent } from '../../src/store/outbox.ts';
import { getVisit } from '../../src/store/visit.ts';

const NOON = Date.UTC(2026, 0, 7, 12);
let now = NOON;
const environment = { clock: () => now, random: createRandom(11) };
let storage: MemoryStorage;
beforeEach(() => {
  now = NOON;
  storage = new MemoryStorage();
});

const draft = (kind: FeedbackEvent['kind'], more: Partial<EventDraft> = {}): EventDraft => ({
  ...{ kind, at: now, consent: 'training', ...more },
});

const queue = (...drafts: EventDraft[]): Promise<readonly FeedbackEvent[]> =>
  storage.transact({
    tables: ['state', 'outbox'],
    mode: 'readwrite',
    run: async (transaction) => {
      const visit = await getVisit(transaction, environment);
      const { visit: after, queued } = await queueEvents(transaction, visit, { drafts, environment });
      await transaction.put('state', after);
      return queued.events;
    },
  });

const read = (limit = 10_000, level: 'none' | 'events' | 'training' = 'training') =>
  readOutbox(storage, { environment, level, limit });
const state = () => changeOutboxState(storage, environment, () => null);
const kinds = (events: readonly FeedbackEvent[]) => events.map(({ kind }) => kind);

describe('what is known of the outbox', () => {
  test('rows and bytes are those of the rows, through every change', async () => {
    const events = await queue(draft('click', { itemId: 'é' }), draft('impression'), draft('conversion'));
    const bytes = (rows: readonly FeedbackEvent[]) => rows.reduce((sum, row) => sum + sizeOf(row), 0);
    expect(await readPending(storage)).toEqual({
      ...{ events: 3, sizeBytes: bytes(events), oldestAt: NOON, retryAt: null },
    });
    await removeSent(storage, events.slice(0, 1));
    // an answer that comes twice counts once
    await removeSent(storage, events.slice(0, 1));
    expect(await state()).toMatchObject({ rows: 2, sizeBytes: bytes(events.slice(1)) });
    const { events: kept } = await read(10, 'none');
    expect([kept, await state()]).toEqual([[], expect.objectContaining({ rows: 0, sizeBytes: 0, lost: {} })]);
  });

  test('the id holds the time of storing', async () => {
    const [event] = await queue(draft('click'));
    expect(timeOfUuid(event.id)).toBe(NOON);
  });
});

describe('a full outbox', () => {
  test('gives up the least important first, and of those the oldest; conversions stay', async () => {
    const half = MAX_ROWS / 2;
    await queue(...Array.from({ length: half }, () => draft('slate')));
    await queue(...Array.from({ length: half }, (_, i) => draft(i % 2 === 0 ? 'impression' : 'conversion')));
    expect((await state()).lost).toEqual({});
    await queue(draft('click'));
    const { events } = await read();
    const count = (kind: string) => kinds(events).filter((one) => one === kind).length;
    const lost = MAX_ROWS / 10 + 1;
    expect(['slate', 'impression', 'conversion', 'click', 'health'].map(count)).toEqual([
      ...[half - lost, half / 2, half / 2, 1, 1],
    ]);
    expect(events[0].clientSeq).toBe(lost + 1);
    expect(events.at(-1)).toMatchObject({ kind: 'health', clientSeq: MAX_ROWS + 2, lost: { no_room: lost } });
  });

  test('counts bytes too', async () => {
    const big = draft('slate', { placement: 'x'.repeat(MAX_SIZE_BYTES / 10) });
    await queue(...Array.from({ length: 9 }, () => big));
    expect((await state()).lost).toEqual({});
    await queue(big);
    expect((await state()).sizeBytes).toBeLessThanOrEqual(MAX_SIZE_BYTES);
    expect((await state()).lost['no_room']).toBeGreaterThan(0);
  });
});

describe('losses', () => {
  test('what waits for more than 7 days is given up and told once', async () => {
    await queue(draft('conversion'), draft('click'));
    now += MAX_AGE_MS;
    await queue(draft('click'));
    expect((await read()).events.length).toBe(3);
    now += 1;
    const { events } = await read();
    expect(events.map(({ kind, clientSeq, lost }) => [kind, clientSeq, lost])).toEqual([
      ['click', 3, undefined],
      ['health', 4, { too_old: 2 }],
    ]);
    expect(kinds((await read()).events)).toEqual(['click', 'health']);
  });

  test('a health event that is given up itself hands its counts on', async () => {
    await changeOutboxState(storage, environment, () => ({ lost: { refused: 4 } }));
    await read();
    now += MAX_AGE_MS + 1;
    const { events } = await read();
    expect(events.map(({ kind, lost }) => [kind, lost])).toEqual([['health', { refused: 4 } satisfies Losses]]);
  });

  test('what a page was like is an event like any: given up, it is counted', async () => {
    await queue(draft('vitals', { vitals: { lcpMs: 1 } }), draft('health', { health: { tiers: { wasm: 1 } } }));
    now += MAX_AGE_MS + 1;
    expect((await read()).events).toMatchObject([{ kind: 'health', lost: { too_old: 2 } }]);
  });

  test('what the collector could not read is told; what it took is not', async () => {
    const [first, second] = await queue(draft('click'), draft('click'));
    await removeSent(storage, [first], 'refused');
    await removeSent(storage, [second]);
    expect((await read()).events).toMatchObject([{ kind: 'health', lost: { refused: 1 } }]);
  });
});

test('drafts that another page has queued are not queued again', async () => {
  const found = draft('vitals', { id: '01a1fdec-9982-7000-8000-000000000001', vitals: { lcpMs: 1 } });
  const batch = { drafts: [found], unitId: undefined };
  const waits = await Promise.all([1, 2].map(() => queueDrafts(storage, batch, environment)));
  // sent and removed meanwhile
  const isGone = await queueDrafts(
    storage,
    { drafts: [draft('vitals')], unitId: undefined, areLeft: () => false },
    environment,
  );
  expect([...waits, isGone].map(({ events }) => events.map(({ clientSeq }) => clientSeq))).toEqual([[1], [], []]);
  expect((await read()).events.length).toBe(1);
});

test('after a batch without an answer only that batch is read, until there is one', async () => {
  const [first, second, third] = await queue(draft('click'), draft('click'), draft('click'));
  await changeOutboxState(storage, environment, () => ({ probeTo: 2, failures: 3, retryAt: NOON + 9 }));
  expect((await read()).events).toEqual([first, second]);
  expect((await readPending(storage)).retryAt).toBe(NOON + 9);
  await removeSent(storage, [first, second]);
  expect((await read()).events).toEqual([third]);
  expect(await state()).toMatchObject({ probeTo: null, failures: 0, retryAt: 0 });
});

test('where all of a batch without an answer has been given up, the others are read', async () => {
  await queue(draft('click'), draft('conversion'));
  await changeOutboxState(storage, environment, () => ({ probeTo: 2, failures: 3 }));
  now += MAX_AGE_MS + 1;
  await queue(draft('conversion'));
  const { events } = await read();
  expect(events.map(({ kind, lost }) => [kind, lost])).toEqual([
    ['conversion', undefined],
    ['health', { too_old: 2 }],
  ]);
});

test('a visit of before there was anything known of the outbox has none', async () => {
  const visit = await storage.transact({
    ...{ tables: ['state'], mode: 'readonly' },
    run: (transaction) => getVisit(transaction, environment),
  });
  expect(outboxOf(visit)).toMatchObject({ rows: 0, sizeBytes: 0, lost: {}, lease: null });
});
