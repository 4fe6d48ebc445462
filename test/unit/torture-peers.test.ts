import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { dedupe, openPeerEndpoint } from '../../bench/peer-endpoint.ts';
import { PEERS } from '../../bench/peers/index.ts';
import type { Peer } from '../../bench/peers/peer.ts';
import { openGate } from '../../bench/torture-gate.ts';
import { tally } from '../../bench/torture-tally.ts';
import { torture } from '../../bench/torture.ts';

/** Per SDK what it sent for its first events and what it sent when its page was left: m-1, then m-3 among others. */
const bodies = JSON.parse(readFileSync(new URL('./peer-bodies.json', import.meta.url), 'utf8')) as Record<
  string,
  [string, string]
>;

test.each(PEERS)('$name: marks and ids are read from what it really sends', ({ name, parse }) => {
  const [first, onLeave] = bodies[name].map(parse);
  expect(first.map(({ mark }) => mark)).toEqual(['m-1']);
  expect(onLeave.map(({ mark }) => mark)).toContain('m-3');
  const ids = [...first, ...onLeave].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => id.length >= 16)).toBe(true);
});

test.each(PEERS)('$name: what holds no mark is no event', ({ name, parse }) => {
  expect(parse(bodies[name][0].replaceAll('m-1', 'x-1'))).toEqual([]);
  for (const body of ['', 'ok', '[]', '{}', 'null', '[null]', 'data=%', '{"batch":7}', '{"events":[{}],"data":[3]}']) {
    expect(parse(body)).toEqual([]);
  }
});

/** Of a visitor: '1', '2', …, as many as asked for. */
const acts = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i + 1));

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** Sends ids as JSON: `[["m-1", "id-1"]]`. */
const plain: Peer = {
  name: 'plain',
  packageName: 'plain',
  page: () => '',
  parse: (body) => (JSON.parse(body) as [string, string][]).map(([mark, id]) => ({ mark, id })),
  answer: { taken: true },
};

test('the endpoint takes part in the weather: 503 takes nothing, a lost answer takes and is not heard', async () => {
  const endpoint = await openPeerEndpoint(plain);
  const gate = await openGate(endpoint.url, (body) => plain.parse(body).map(({ mark }) => mark));
  open.push(endpoint, gate);
  const send = (...events: [string, string][]): Promise<Response> =>
    fetch(gate.url, { method: 'POST', body: JSON.stringify(events) });

  gate.weather = 'busy';
  expect((await send(['m-1', 'a'])).status).toBe(503);
  expect((await fetch(gate.url, { method: 'OPTIONS' })).status).toBe(200);
  gate.weather = 'dead';
  await expect(send(['m-1', 'a'])).rejects.toThrow();
  expect(endpoint.accepted).toEqual([]);
  gate.weather = 'mute';
  await expect(send(['m-1', 'a'])).rejects.toThrow();
  expect(endpoint.accepted).toEqual([{ mark: 'm-1', id: 'a' }]);
  gate.weather = 'clear';
  expect(await (await send(['m-1', 'a'], ['m-2', 'b'])).json()).toEqual({ taken: true });

  const stored = dedupe(endpoint.accepted).map(({ mark }) => mark);
  expect(stored).toEqual(['m-1', 'm-2']);
  // on the wire: 503 and the connection that never was do not count as copies
  expect(gate.requests.map(({ weather }) => weather)).toEqual(['busy', 'mute', 'clear']);
  expect(tally({ recorded: ['m-1', 'm-2', 'm-3'], held: [], stored, requests: gate.requests })).toEqual({
    ...{ recorded: 3, stored: 2, held: 0, lost: 1, duplicates: 0, extraCopies: 1 },
  });
});

test('a slow line lets nothing through before it is over, and then only who has not hung up', async () => {
  const endpoint = await openPeerEndpoint(plain);
  const gate = await openGate(endpoint.url, (body) => plain.parse(body).map(({ mark }) => mark));
  open.push(endpoint, gate);
  gate.weather = 'slow';
  const leaving = new AbortController();
  const send = (signal: AbortSignal | null, event: [string, string]): Promise<Response> =>
    fetch(gate.url, { method: 'POST', body: JSON.stringify([event]), signal });
  const gone = send(leaving.signal, ['m-1', 'a']);
  const stays = send(null, ['m-2', 'b']);
  await vi.waitUntil(() => gate.underWay === 2);
  leaving.abort();
  await expect(gone).rejects.toThrow();
  await vi.waitUntil(() => gate.underWay === 1);
  expect([endpoint.accepted, gate.requests]).toEqual([[], []]);
  gate.weather = 'clear';
  expect((await stays).status).toBe(200);
  expect(endpoint.accepted).toEqual([{ mark: 'm-2', id: 'b' }]);
  expect(gate.requests.map(({ weather, ids }) => ({ weather, ids }))).toEqual([{ weather: 'clear', ids: ['m-2'] }]);
});

test.each([
  ['nothing arrived', { recorded: acts(5), held: [], stored: [] }, { lost: 5, duplicates: 0 }],
  ['what is held is not lost', { recorded: acts(5), held: ['4', '5'], stored: acts(2) }, { lost: 1, duplicates: 0 }],
  [
    'what is both stored and held makes up for no other',
    { recorded: acts(200), held: acts(150), stored: acts(150) },
    { stored: 150, held: 150, lost: 50, duplicates: 0 },
  ],
  [
    'of what is stored and held in part, nothing is lost',
    { recorded: acts(200), held: acts(200).slice(50), stored: acts(150) },
    { stored: 150, held: 150, lost: 0, duplicates: 0 },
  ],
  [
    'what nobody recorded makes up for nothing',
    { recorded: acts(3), held: ['vitals'], stored: ['1', '2', '7'] },
    { lost: 1, duplicates: 0 },
  ],
  [
    'a second copy does not make up for a lost one',
    { recorded: acts(3), held: [], stored: ['1', '1', '2'] },
    { lost: 1, duplicates: 1 },
  ],
  ['all is well', { recorded: acts(2), held: [], stored: acts(2) }, { lost: 0, duplicates: 0 }],
])('tally: %s', (_, happened, expected) => {
  expect(tally({ ...happened, requests: [] })).toMatchObject({ ...expected, extraCopies: 0 });
});

test('an event under a new id is a duplicate that no server can know', () => {
  const accepted = [
    { mark: 'm-1', id: 'a' },
    { mark: 'm-1', id: 'b' },
    { mark: 'm-2', id: 'c' },
    { mark: 'm-2', id: 'c' },
  ];
  const stored = dedupe(accepted).map(({ mark }) => mark);
  expect(tally({ recorded: ['m-1', 'm-2'], held: [], stored, requests: [] })).toMatchObject({
    stored: 2,
    duplicates: 1,
  });
});

test('torture refuses a peer that there is not', async () => {
  await expect(torture({ rows: ['kill'], peers: ['pigeon'], progress: () => undefined })).rejects.toThrow(
    'there is no peer "pigeon"; peers are amplitude, mixpanel, posthog, rudderstack, segment, snowplow',
  );
});
