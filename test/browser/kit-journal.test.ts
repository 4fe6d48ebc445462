import { afterEach, expect, test } from 'vitest';
import { Journal, type JournalEntry } from '../../src/kit/journal.ts';
import { NOON, createNet, newName, openKit } from './kit-fixture.ts';

afterEach(() => {
  localStorage.clear();
});

const entry = (n: number, more: Partial<JournalEntry> = {}): JournalEntry => ({
  id: `01a1fdec-9982-7000-8000-00000000000${String(n)}`,
  input: { kind: 'view', itemId: `item-${String(n)}`, at: NOON - 1000 + n },
  consent: 'events',
  erased: '',
  ...more,
});

const journalOf = (name: string): Journal => new Journal(name, () => localStorage);
const keysOf = (name: string): string[] => Object.keys(localStorage).filter((key) => key.startsWith(name));

test('a signal stands in the journal until it is committed', async () => {
  const name = newName();
  const kit = openKit({ storageName: name });
  const recording = kit.record({ kind: 'view', itemId: 'a' });
  expect(keysOf(name)).toHaveLength(1);
  await recording;
  expect(keysOf(name)).toEqual([]);
});

test('what an earlier page left is committed first, once, with its own time and id', async () => {
  const name = newName();
  const journal = journalOf(name);
  journal.add(entry(2));
  journal.add(entry(1));
  const kit = openKit({ storageName: name });
  await kit.record({ kind: 'view', itemId: 'new' });
  const signals = await kit.signals();
  expect(signals.map(({ itemId, seq }) => [itemId, seq])).toEqual([
    ['new', 3],
    ['item-2', 2],
    ['item-1', 1],
  ]);
  expect(signals[1]).toMatchObject({ id: entry(2).id, at: NOON - 998 });
  expect(keysOf(name)).toEqual([]);
  await kit.close();

  journal.add(entry(1));
  const again = openKit({ storageName: name });
  await again.ready();
  expect(await again.signals()).toHaveLength(3);
});

test('consent that has been withdrawn since holds for what was left', async () => {
  const name = newName();
  journalOf(name).add(entry(1, { input: { kind: 'purchase', itemId: 'a', at: NOON } }));
  const kit = openKit({ storageName: name, egress: 'none' });
  expect((await kit.signals()).map(({ consent }) => consent)).toEqual(['none']);
  expect(await kit.flush()).toMatchObject({ pending: 0 });
});

test('what was recorded for its event alone is stored for nothing else, under one id however often it is found', async () => {
  const [name, net] = [newName(), createNet()];
  const left = entry(1, { input: { kind: 'purchase', itemId: 'a', at: NOON }, only: 'event' });
  for (const personalisation of ['denied', 'granted'] as const) {
    journalOf(name).add(left);
    const consent = { personalisation, measurement: 'granted' } as const;
    const kit = openKit({ storageName: name, egress: 'events', collectorUrl: '/collect', fetch: net.fetch, consent });
    expect(await kit.signals()).toEqual([]);
    await kit.flush();
    expect(keysOf(name)).toEqual([]);
    await kit.close();
  }
  const ids = net.sent.flatMap(({ events }) => events.map(({ id }) => id));
  expect(ids).toEqual([left.id, left.id]);
});

test('erase clears it, and what cannot be read is dropped', async () => {
  const name = newName();
  const kit = openKit({ storageName: name });
  await kit.signals();
  journalOf(name).add(entry(1));
  await kit.erase();
  expect(keysOf(name)).toEqual([`${name}:erased`]);
  await kit.close();

  localStorage.setItem(`${name}:journal:x`, '{"id": 5');
  localStorage.setItem(`${name}:journal:y`, JSON.stringify({ ...entry(1), input: { kind: 'view' } }));
  // of a page that had not heard of the erasure when it ended
  journalOf(name).add(entry(2));
  const next = openKit({ storageName: name });
  expect(await next.signals()).toEqual([]);
  expect(keysOf(name)).toEqual([`${name}:erased`]);
});

test('where local storage is refused, signals are stored all the same', () => {
  const journal = new Journal('x', () => {
    throw new DOMException('refused', 'SecurityError');
  });
  journal.add(entry(1));
  journal.remove(entry(1).id);
  expect(journal.entries({ keepsEvents: true })).toEqual([]);
});
