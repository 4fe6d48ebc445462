import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseEvent } from '../../collector/wire-event.ts';
import { decide } from '../../src/core/decide.ts';
import { EVENT_KINDS, type EventBatch, type FeedbackEvent } from '../../src/core/event.ts';
import { GRAM_INPUTS } from '../../src/core/gram.ts';
import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import type { PageNotes } from '../../src/core/page-notes.ts';
import { createPageHealth, createVitals } from '../../src/core/page-view.ts';
import { createRandom } from '../../src/core/random.ts';
import { EGRESS_LEVELS, type EgressLevel, SIGNAL_KINDS, type SignalInput } from '../../src/core/signal.ts';
import { createRankingLog } from '../../src/core/ranking-log.ts';
import type { Slate } from '../../src/core/slate.ts';
import { createSlateLog } from '../../src/core/slate-log.ts';
import type { DecisionInput } from '../../src/core/slot-loop.ts';
import { createUuid } from '../../src/core/uuid.ts';
import { undoDismissals } from '../../src/store/undo-dismissal.ts';
import { commitSignal } from '../../src/store/commit-signal.ts';
import { MemoryStorage } from '../../src/store/memory-storage.ts';
import { changeOutboxState, readOutbox, removeSent } from '../../src/store/outbox.ts';
import { queueDrafts } from '../../src/store/outbox-state.ts';
import { TABLE_NAMES } from '../../src/store/schema.ts';
import { queueSlate, saveSlate } from '../../src/store/slates.ts';
import { flushOutbox } from '../../src/sync/flush.ts';

/** Kinds by field: `value.amount` for a nested one, `batch` for a field of the request itself. */
type Wire = ReadonlyMap<string, ReadonlySet<string>>;

const doc = readFileSync(new URL('../../docs/privacy.md', import.meta.url), 'utf8');

/** Rows of the table below a line, without the header. Cells in code font lose their backquotes. */
function readRows(text: string, above: string): string[][] {
  const lines = text.slice(text.indexOf(above)).split('\n');
  const first = lines.findIndex((line) => line.startsWith('|'));
  const end = lines.findIndex((line, i) => i > first && !line.startsWith('|'));
  const cells = (line: string) => line.split('|').slice(1, -1);
  return lines.slice(first + 2, end).map((line) => cells(line).map((cell) => cell.trim().replaceAll('`', '')));
}

const allKinds = readRows(doc, '<!-- wire: kinds');
const documentedKinds = allKinds.map(([kind]) => kind);
/** Those of devices. */
const kindRows = allKinds.filter(([, , signal]) => signal !== "the server's");
const documentedFields = readRows(doc, '<!-- wire: fields');

function documentedWire(level: EgressLevel): Wire {
  const isSent = ([, from]: readonly string[]) =>
    EGRESS_LEVELS.indexOf(from as EgressLevel) <= EGRESS_LEVELS.indexOf(level);
  const rows = documentedFields.filter(isSent);
  const groups: Record<string, string[]> = {
    all: kindRows.filter(isSent).map(([kind]) => kind),
    acts: kindRows
      .filter(([, from, signal]) => from === 'events' && signal !== 'none' && !signal.startsWith('first'))
      .map(([kind]) => kind),
    slates: kindRows.filter((row) => isSent(row) && (row[1] === 'training' || row[2] !== 'none')).map(([kind]) => kind),
  };
  const kindsOf = (cell: string) => groups[cell] ?? cell.split(/[\s,]+/);
  return new Map(rows.map(([field, , kinds]) => [field, new Set(kindsOf(kinds))]));
}

/** What one says and the other does not, in words; empty where they agree. */
function compareWires(documented: Wire, sent: Wire): string[] {
  const missing = (from: Wire, other: Wire, say: (field: string, kind: string) => string) =>
    [...from].flatMap(([field, kinds]) =>
      [...kinds].filter((kind) => !other.get(field)?.has(kind)).map((kind) => say(field, kind)),
    );
  return [
    ...missing(sent, documented, (field, kind) => `${field} of ${kind} is sent and not documented`),
    ...missing(documented, sent, (field, kind) => `${field} of ${kind} is documented and not sent`),
  ];
}

/** Names of an object's fields; those that are objects themselves by their own fields, unless documented as one. */
const fieldsOf = (object: object, prefix = ''): string[] =>
  Object.entries(object).flatMap(([name, value]: [string, unknown]) => {
    const path = prefix + name;
    const isLeaf = typeof value !== 'object' || value === null || Array.isArray(value);
    return isLeaf || documentedFields.some(([field]) => field === path) ? [path] : fieldsOf(value, `${path}.`);
  });

function wireOf(batches: readonly EventBatch[]): Wire {
  const wire = new Map<string, Set<string>>();
  const add = (kind: string) => (field: string) => wire.set(field, (wire.get(field) ?? new Set()).add(kind));
  for (const { events, ...batch } of batches) {
    fieldsOf({ events, ...batch }).forEach(add('batch'));
    for (const event of events) fieldsOf(event).forEach(add(event.kind));
  }
  return wire;
}

const random = createRandom(5);
const environment = { clock: () => 1_800_000_000_000, random };
const slateId = createUuid(environment);
const slate: Slate = {
  ...{ slateId, requestId: 'r', placement: 'home', tier: 'wasm', modelId: 'm', signalAgeMs: 4000, serverLag: 2 },
  items: ['a', 'b'].map((itemId, position) => ({
    ...{ itemId, position, serverRank: position, score: 1, utility: 1, propensity: 1, explored: false, trail: [] },
    candidate: { id: itemId, title: 'T', vec: 'v' },
    team: 'own' as const,
  })),
  otherModelId: 'n',
  arms: [{ experiment: 'e', arm: 'control', phase: 0 }],
  ...{ controlTopK: ['a', 'b'], diversity: 0.25 },
  ...{ rulesVersion: 'built-in', left: [], overrides: [], problems: [] },
};

/** How a slate was decided, with everything that may be in it. */
const decision: DecisionInput = {
  ...{
    slateId,
    policy: { ...DEFAULT_POLICY, novelty: 1 },
    dropped: [null, null, 'stock'],
    heads: [{ name: 'next_item' }],
  },
  rules: { pins: [], quotas: [], spacing: [], columns: [] },
  ...{ logits: [1, 2, 3], impressions: [0, 1, 2], popularity: [1, 2, 3], bias: [0, 0, 0], vectors: new Int8Array(96) },
};
const TRAINING = {
  log: createSlateLog({
    ...{ input: decision, decision: decide(decision), itemIds: ['a', 'b', 'c'], rulesVersion: 'built-in' },
  }),
  ranking: createRankingLog(new Float32Array(3 * GRAM_INPUTS.length)),
};

const ABOUT_PAGE = { at: 1_800_000_000_000 };
const MEASURED = { lcp: 812.4, inp: 40, cls: 0.01234, navigation: 'back-forward' };
const NOTES: PageNotes = {
  ...{ slates: [{ tier: 'wasm', ms: 12 }], problems: ['bundle_unreachable'] },
  release: { number: 3, channel: 'canary' },
};

/** Every field that a page may give. */
const fullInput: Required<Omit<SignalInput, 'kind' | 'slateId'>> = {
  ...{ itemId: 'a', query: 'boots', dwellMs: 900, quantity: 2, value: { amount: 5, currency: 'EUR' } },
  margin: { amount: -1, currency: 'EUR' },
  ...{ at: 1_800_000_000_000, sessionId: 's', position: 0, via: 'ga4' },
};

/** Every kind of signal with every field, about a slate and not, through storage and delivery: what is posted. */
async function sendEverything(consent: EgressLevel): Promise<EventBatch[]> {
  const storage = new MemoryStorage();
  await saveSlate(storage, slate, 'events');
  if (consent === 'training') await queueSlate(storage, { slate, ...TRAINING, at: 0, unitId: undefined }, environment);
  const inputs = SIGNAL_KINDS.flatMap((kind): SignalInput[] => [
    { ...fullInput, kind, itemId: 'elsewhere' },
    { ...fullInput, kind, slateId },
  ]);
  // what was clicked above is looked at
  inputs.push({ ...fullInput, kind: 'view' });
  for (const input of inputs) {
    const draft = { id: createUuid(environment), input, item: { id: 'a', brand: 'B' }, consent, unitId: undefined };
    await commitSignal(storage, draft, environment);
  }
  await undoDismissals(storage, 'a', { level: consent, unitId: undefined, environment });
  const drafts = [
    { ...ABOUT_PAGE, consent, kind: 'opt_out' as const },
    { ...ABOUT_PAGE, consent, kind: 'vitals' as const, vitals: createVitals(MEASURED) ?? {} },
    { ...ABOUT_PAGE, consent, kind: 'health' as const, health: createPageHealth(NOTES) ?? {} },
  ];
  if (consent !== 'none') await queueDrafts(storage, { drafts, unitId: undefined }, environment);
  await changeOutboxState(storage, environment, () => ({ lost: { too_old: 3, no_room: 2, refused: 1 } }));
  const batches: EventBatch[] = [];
  const answer = (_url: string, { body }: { body: string }) => {
    const batch = JSON.parse(body) as EventBatch;
    batches.push(batch);
    const results = Object.fromEntries(batch.events.map(({ id }) => [id, { status: 'ok' }]));
    return Promise.resolve(Response.json({ results, rejected: 0, time: 0 }));
  };
  const outbox = {
    read: (limit: number) => readOutbox(storage, { environment, level: consent, limit }),
    begin: () => undefined,
    remove: (sent: readonly FeedbackEvent[]) => removeSent(storage, sent),
  };
  const fake = answer as unknown as typeof fetch;
  const { signal } = new AbortController();
  const address = { url: 'https://site.test/v1/events', key: 'pk_site', fetch: fake };
  await flushOutbox({ outbox, ...address, clock: environment.clock, signal });
  return batches;
}

/** Every field that the collector looks for in an event, read off its own reading. */
function collectorFields(event: FeedbackEvent): string[] {
  const read = new Set<string>();
  const get = (target: object, name: string | symbol): unknown => {
    read.add(String(name));
    return Reflect.get(target, name);
  };
  expect(parseEvent(new Proxy(event, { get })).kind).toBe('event');
  return [...read];
}

test.each(EGRESS_LEVELS)('docs/privacy.md lists exactly what is sent at level %s', async (level) => {
  expect(compareWires(documentedWire(level), wireOf(await sendEverything(level)))).toEqual([]);
});

test('it lists exactly the kinds and levels that exist', () => {
  expect([...documentedKinds].sort()).toEqual([...EVENT_KINDS].sort());
  const levels = [...doc.matchAll(/^- \*\*`(\w+)`\*\*/gm)].map(([, level]) => level);
  expect(levels).toEqual([...EGRESS_LEVELS]);
  expect(documentedFields.filter(([, level]) => !levels.includes(level))).toEqual([]);
});

test('it lists exactly what the collector stores, and the collector takes all that is sent', async () => {
  const events = (await sendEverything('training')).flatMap((batch) => batch.events);
  for (const event of events) {
    expect(parseEvent(event)).toEqual({ kind: 'event', event });
    expect(parseEvent({ ...event, more: 1 })).toEqual({ kind: 'event', event });
  }
  const stored = new Set(events.flatMap((event) => fieldsOf(event)));
  const documented = documentedFields.filter(([, , kinds]) => kinds !== 'batch').map(([field]) => field);
  expect([...stored].sort()).toEqual(documented.sort());
  const names = new Set(documented.map((field) => field.split('.')[0]));
  expect(collectorFields(events[0]).sort()).toEqual([...names].sort());
});

test('kinds of the site’s server are taken by the collector and made by no device', async () => {
  const ofServer = documentedKinds.filter((kind) => !kindRows.some(([known]) => known === kind));
  expect(ofServer).toEqual(['refund', 'complaint']);
  const [{ events }] = await sendEverything('training');
  expect(events.filter(({ kind }) => ofServer.includes(kind))).toEqual([]);
  const { id, clientSeq, unitId, at, consent } = events[0];
  for (const kind of ofServer) {
    const event = { id, clientSeq, unitId, at, consent, kind, value: { amount: 5, currency: 'EUR' } };
    expect(parseEvent(event)).toEqual({ kind: 'event', event });
  }
});

test('every field of a request is in it', () => {
  // a field added to the type fails the type check here; an event's fields do so in the collector's own table
  const batch: Record<keyof EventBatch, true> = { clientId: true, sentAt: true, key: true, events: true };
  const documented = documentedFields.filter(([, , kinds]) => kinds === 'batch').map(([field]) => field);
  expect(Object.keys(batch)).toEqual(documented);
});

test('a field, a kind or a nested field that is not documented is named', async () => {
  const [batch] = await sendEverything('events');
  const more = batch.events.map((event) =>
    event.kind === 'click' ? { ...event, dwellMs: 5, context: { a: 1 } } : event,
  );
  expect(compareWires(documentedWire('events'), wireOf([{ ...batch, events: more }]))).toEqual([
    'dwellMs of click is sent and not documented',
    'context.a of click is sent and not documented',
  ]);
  const fewer = new Map([...documentedWire('events')].filter(([field]) => field !== 'value.currency'));
  expect(compareWires(fewer, wireOf([batch]))).toEqual(['value.currency of conversion is sent and not documented']);
  const widened = new Map([...documentedWire('events'), ['query', new Set(['click'])]]);
  expect(compareWires(widened, wireOf([batch]))).toEqual(['query of click is documented and not sent']);
});

test('a conversion of an item that no slate brought names no item', async () => {
  const events = (await sendEverything('events')).flatMap((batch) => batch.events);
  const loose = events.filter(({ slateId: from }) => from === undefined);
  expect(loose.map(({ kind }) => kind)).toEqual(['conversion', 'opt_out', 'vitals', 'health', 'health']);
  expect(JSON.stringify(loose)).not.toContain('elsewhere');
});

test('it lists exactly the stores of the database', () => {
  expect(readRows(doc, '## Where things are stored').map(([store]) => store)).toEqual([...TABLE_NAMES]);
});
