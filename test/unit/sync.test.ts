import { afterEach, expect, test, vi } from 'vitest';
import type { FeedbackEvent } from '../../src/core/event.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import { isProblem } from '../../src/core/problem.ts';
import { withDeadline } from '../../src/sync/deadline.ts';
import { fetchBundleFile, fetchManifestText } from '../../src/sync/bundle.ts';
import { testCrypto } from '../signer.ts';
import { MAX_BODY_BYTES, cutBatch, flushOutbox } from '../../src/sync/flush.ts';

afterEach(() => vi.restoreAllMocks());

const bytes = new TextEncoder().encode('abc');
/** FIPS 180-4's own example. */
const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const manifest = { files: { 'micro.bin': { sizeBytes: 3, sha256 } } } as unknown as Manifest;
const { signal } = new AbortController();
const begin = (): void => undefined;

/** Answers in turn, and what was asked. */
function createFetch(...answers: (() => Response)[]) {
  const asked: [string, RequestInit][] = [];
  const fake = (url: string, options: RequestInit): Promise<Response> => {
    asked.push([url, options]);
    return Promise.resolve().then(() => answers[Math.min(asked.length, answers.length) - 1]());
  };
  return {
    asked,
    source: { url: 'https://site.test/b/', fetch: fake as unknown as typeof fetch, signal, crypto: testCrypto },
  };
}

test('a file is the bytes that the manifest names', async () => {
  const { asked, source } = createFetch(() => new Response(bytes));
  expect(await fetchBundleFile(source, manifest, 'micro.bin')).toEqual(bytes.buffer);
  expect(asked.map(([url, { cache }]) => [url, cache])).toEqual([['https://site.test/b/micro.bin', 'default']]);
});

test('a stale or truncated copy in the HTTP cache is fetched again, once', async () => {
  const { asked, source } = createFetch(
    () => new Response('ab'),
    () => new Response(bytes),
  );
  expect(isProblem(await fetchBundleFile(source, manifest, 'micro.bin'))).toBe(false);
  expect(asked.map(([, { cache }]) => cache)).toEqual(['default', 'reload']);
  const wrong = createFetch(() => new Response('abd'));
  expect(await fetchBundleFile(wrong.source, manifest, 'micro.bin')).toMatchObject({ code: 'bundle_file_mismatch' });
  expect(wrong.asked.length).toBe(2);
});

test('a file that the manifest does not name is not fetched', async () => {
  const { asked, source } = createFetch(() => new Response(bytes));
  expect(await fetchBundleFile(source, manifest, 'rank.onnx')).toMatchObject({ code: 'bundle_file_mismatch' });
  expect(asked).toEqual([]);
});

test('without crypto.subtle the problem says what is missing', async () => {
  const { source } = createFetch(() => new Response(bytes));
  const problem = await fetchBundleFile({ ...source, crypto: null }, manifest, 'micro.bin');
  expect(isProblem(problem) && problem.message).toContain('secure context');
});

test('a manifest is its text; one that is missing, unreachable or no UTF-8 has its code', async () => {
  const read = async (answer: () => Response) => {
    const text = await fetchManifestText(createFetch(answer).source);
    return isProblem(text) ? text.code : text;
  };
  expect(await read(() => new Response('{"ä": 1}'))).toBe('{"ä": 1}');
  expect(await read(() => new Response('\ufeff{}'))).toBe('\ufeff{}');
  expect(await read(() => new Response('', { status: 404 }))).toBe('bundle_unreachable');
  const offline = (): Response => {
    throw new TypeError('offline');
  };
  expect(await read(offline)).toBe('bundle_unreachable');
  expect(await read(() => new Response(new Uint8Array([0x7b, 0xff, 0x7d])))).toBe('bundle_manifest_invalid');
});

test.each(['the answer', 'the body'])('%s that never comes is unreachable after the deadline', async (what) => {
  const deadline = new AbortController();
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(deadline.signal);
  const never = new Promise<never>(() => undefined);
  const hanging = { ok: true, arrayBuffer: () => never } as unknown as Response;
  // heedless of its signal, as a site's own fetch may be
  const fetch = (() => (what === 'the body' ? Promise.resolve(hanging) : never)) as unknown as typeof globalThis.fetch;
  const { source } = createFetch();
  const file = fetchBundleFile({ ...source, fetch }, manifest, 'micro.bin');
  expect(timeout.mock.calls).toEqual([[30_000]]);
  deadline.abort(new DOMException('signal timed out', 'TimeoutError'));
  expect(await file).toMatchObject({
    code: 'bundle_unreachable',
    message: expect.stringContaining('timed out') as string,
  });
});

const event = (clientSeq: number, unitId = 'u'): FeedbackEvent => ({
  id: `id-${String(clientSeq)}`,
  ...{ clientSeq, unitId, at: 0, kind: 'conversion', consent: 'events' },
});

test('a batch is cut to the byte limit, never to nothing', () => {
  const long = 'é'.repeat(MAX_BODY_BYTES);
  const cut = (units: string[]) =>
    cutBatch({ clientId: 'c', sentAt: 0, events: units.map((unit, i) => event(i, unit)) });
  expect(cut(['a', 'b']).events.length).toBe(2);
  expect(cut(['a', long]).events.length).toBe(1);
  expect(cut([long]).events.length).toBe(1);
  // one that is large takes no room from those before it; and to the byte
  const [mixed, tenth] = [['a', 'b', 'c'], 'x'.repeat(MAX_BODY_BYTES / 10)];
  expect(cut([...mixed, ...Array.from({ length: 30 }, () => tenth)]).events.length).toBe(mixed.length + 9);
  const room = MAX_BODY_BYTES - new TextEncoder().encode(cut(['a', '']).body).length;
  expect([0, 1].map((more) => cut(['a', 'x'.repeat(room + more)]).events.length)).toEqual([2, 1]);
});

test('results of another shape delete nothing', async () => {
  for (const results of [{ 'id-1': null }, { 'id-1': 'ok' }, [], { 'id-2': { status: 'ok' } }]) {
    const remove = vi.fn(() => Promise.resolve());
    const outbox = { read: () => Promise.resolve({ clientId: 'c', events: [event(1)] }), remove, begin };
    const { source } = createFetch(() => Response.json({ results }));
    const request = { outbox, url: 'https://c.test/', fetch: source.fetch, clock: () => 0, signal };
    expect(await flushOutbox(request)).toMatchObject({ sent: 0, problem: { code: 'collector_refused' } });
    expect(remove.mock.calls).toEqual([[[]]]);
  }
});

test('a polluted Object.prototype does not reach a request', async () => {
  const { asked, source } = createFetch(() => new Response(bytes));
  await fetchBundleFile(source, manifest, 'micro.bin');
  expect(Object.getPrototypeOf(asked[0][1])).toBeNull();
});

test('a browser without AbortSignal.any (Safari before 17.4) fetches and sends all the same', async () => {
  vi.spyOn(AbortSignal, 'any').mockImplementation(() => {
    throw new TypeError('AbortSignal.any is not a function');
  });
  const { source } = createFetch(() => new Response(bytes));
  expect(await fetchManifestText(source)).toBe('abc');
  const collector = createFetch(() => Response.json({ results: { 'id-1': { status: 'ok' } } }));
  const read = vi.fn().mockResolvedValueOnce({ clientId: 'c', events: [event(1)] });
  read.mockResolvedValue({ clientId: 'c', events: [] });
  const outbox = { read, remove: () => Promise.resolve(), begin };
  const request = { outbox, url: 'https://c.test/', fetch: collector.source.fetch, clock: () => 0, signal };
  expect(await flushOutbox(request)).toEqual({ sent: 1 });
  const left = new AbortController();
  const silent = (() => new Promise(() => undefined)) as typeof fetch;
  const waiting = fetchManifestText({ ...source, fetch: silent, signal: left.signal });
  left.abort(new Error('the page is left'));
  expect(await waiting).toMatchObject({
    code: 'bundle_unreachable',
    message: expect.stringContaining('is left') as string,
  });
});

test('withDeadline ends with the signal, with the time, or is over from the start', () => {
  const [given, late] = [new AbortController(), new AbortController()];
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(late.signal);
  const [first, second] = [withDeadline(given.signal, 9), withDeadline(new AbortController().signal, 9)];
  expect([first.aborted, second.aborted]).toEqual([false, false]);
  given.abort('left');
  expect([first.reason, second.aborted]).toEqual(['left', false]);
  late.abort('late');
  expect([first.reason, second.reason]).toEqual(['left', 'late']);
  expect(withDeadline(given.signal, 9).reason).toBe('left');
});
