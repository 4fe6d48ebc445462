import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { activeSwitches } from '../../demo/browser/inspector/active-switches.ts';
import { WIRE_FIELDS, fieldRows } from '../../demo/browser/inspector/wire-fields.ts';
import { Progress } from '../../demo/browser/progress.ts';
import { type SentRequest, SentLog, trim } from '../../demo/browser/sent-log.ts';
import { createConsent } from '../../src/core/consent.ts';

const doc = readFileSync(new URL('../../docs/privacy.md', import.meta.url), 'utf8');

test('the inspector names every field of docs/privacy.md, with its level and its meaning', () => {
  const table = doc.slice(doc.indexOf('<!-- wire: fields'), doc.indexOf('<!-- wire: kinds'));
  const rows = table.split('\n').filter((line) => line.startsWith('| `'));
  const documented = rows.map((line) => {
    const [field, level, , meaning] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim().replaceAll('`', ''));
    return [field, [level, meaning]];
  });
  expect(documented.length).toBeGreaterThan(50);
  expect(WIRE_FIELDS).toEqual(Object.fromEntries(documented));
});

test('fields inside of others have rows of their own, down to what is documented as one', () => {
  const event = { kind: 'conversion', value: { amount: 5, currency: 'EUR' }, arms: [{ arm: 'a' }], odd: { deep: 1 } };
  expect(fieldRows(event)).toEqual([
    { path: 'kind', value: 'conversion' },
    { path: 'value.amount', value: 5 },
    { path: 'value.currency', value: 'EUR' },
    { path: 'arms', value: [{ arm: 'a' }] },
    { path: 'odd.deep', value: 1 },
  ]);
  expect(fieldRows({ health: { tiers: { wasm: 2 } } })).toEqual([{ path: 'health.tiers', value: { wasm: 2 } }]);
});

test('every switch that is on is named, and none that is off', () => {
  const granted = createConsent('granted');
  expect(activeSwitches({ deadline: '5', experiments: 'none', region: 'north' }, granted)).toEqual([]);
  const settings = { offline: 'on', spoil: 'rank.onnx', qa: 'a:b,c:d', lag: '60', travel: '25', worker: 'none' };
  expect(activeSwitches(settings, { ...granted, measurement: 'pending' })).toEqual([
    ...['offline', 'no worker', 'broken rank.onnx', 'measurement pending', 'a = b', 'c = d'],
    ...['server 1 minute behind', '+1 d 1 h'],
  ]);
  expect(activeSwitches({ gpc: 'on', travel: '48' }, { ...granted, measurement: 'denied' })).toEqual(['GPC', '+2 d']);
});

class Shelf implements Storage {
  [name: string]: unknown;
  readonly #texts = new Map<string, string>();
  readonly room: number;
  constructor(room = Number.POSITIVE_INFINITY) {
    this.room = room;
  }
  get length(): number {
    return this.#texts.size;
  }
  key = (): null => null;
  getItem = (key: string): string | null => this.#texts.get(key) ?? null;
  removeItem = (key: string): void => void this.#texts.delete(key);
  clear = (): void => this.#texts.clear();
  setItem = (key: string, text: string): void => {
    if (text.length > this.room) throw new DOMException('full', 'QuotaExceededError');
    this.#texts.set(key, text);
  };
}

const bodyOf = (...ids: string[]): string =>
  JSON.stringify({ clientId: 'c', sentAt: 5, events: ids.map((id) => ({ id, kind: 'click', at: 1 })) });
const answer = { results: { a: { status: 'ok' } }, rejected: 0, time: 1 };

describe('the log of what was sent', () => {
  test('notes a request at once, its answer later, and both outlive the page', async () => {
    const storage = new Shelf();
    const log = new SentLog(storage);
    let arrive: (answer: Response) => void = () => undefined;
    const work = new Promise<Response>((resolve) => {
      arrive = resolve;
    });
    const watched = log.watch({ body: bodyOf('a'), isKeepalive: true }, work);
    const [left] = new SentLog(storage).record.requests;
    expect(left).toMatchObject({ number: 1, isKeepalive: true, batch: { clientId: 'c', events: [{ id: 'a' }] } });
    expect(left).not.toHaveProperty('answer');
    arrive(Response.json(answer));
    expect(await (await watched).json()).toEqual(answer);
    await expect
      .poll(() => new SentLog(storage).record.requests[0]?.answer)
      .toEqual({ status: 200, results: answer.results });
  });

  test('what failed has no answer, and the failure is the caller’s', async () => {
    const log = new SentLog(new Shelf());
    const failing = log.watch({ body: bodyOf('a'), isKeepalive: false }, Promise.reject(new TypeError('no way')));
    await expect(failing).rejects.toThrow('no way');
    expect(log.record.requests[0]).toMatchObject({ failure: 'TypeError: no way' });
  });

  test('a storage that is full, or holds something else, costs only the memory of other pages', async () => {
    const log = new SentLog(new Shelf(0));
    await log.watch({ body: bodyOf('a'), isKeepalive: false }, Promise.resolve(Response.json(answer)));
    expect(log.record.requests).toHaveLength(1);
    const odd = new Shelf();
    odd.setItem('nearside-demo:sent', '{"requests":');
    expect(new SentLog(odd).record).toEqual({ requests: [], forgotten: 0 });
  });

  test('is bounded in requests and characters, and counts what it has let go', () => {
    const request = (number: number, text = ''): SentRequest => ({
      ...{ number, at: 1, sizeBytes: 1, isKeepalive: false },
      batch: { clientId: text, sentAt: 1, events: [] },
    });
    const many = Array.from({ length: 250 }, (_, i) => request(250 - i));
    expect(trim({ requests: many, forgotten: 3 })).toEqual({ requests: many.slice(0, 200), forgotten: 53 });
    const long = 'x'.repeat(400_000);
    expect(trim({ requests: [request(3), request(2, long), request(1, long)], forgotten: 0 })).toMatchObject({
      requests: [{ number: 3 }, { number: 2 }],
      forgotten: 1,
    });
    expect(trim({ requests: [request(1, long + long)], forgotten: 0 }).requests).toHaveLength(1);
  });
});

test('only what takes long is said, and no longer than it takes', async () => {
  const progress = new Progress();
  let end = (): void => undefined;
  const work = new Promise<void>((resolve) => {
    end = resolve;
  });
  const tracked = progress.track('Counting', work);
  expect(await progress.track('At once', Promise.resolve(5))).toBe(5);
  expect(progress.labels).toEqual([]);
  await expect.poll(() => progress.labels).toEqual(['Counting']);
  end();
  await tracked;
  expect(progress.labels).toEqual([]);
});
