import { afterEach, expect, test, vi } from 'vitest';
import type { FeedbackEvent } from '../../src/core/event.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import { isProblem } from '../../src/core/problem.ts';
import { fetchBundleFile, fetchManifest } from '../../src/sync/bundle.ts';
import { MAX_BODY_BYTES, cutBatch, flushOutbox } from '../../src/sync/flush.ts';

afterEach(() => vi.unstubAllGlobals());

const bytes = new TextEncoder().encode('abc');
/** FIPS 180-4's own example. */
const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const manifest = { files: { 'micro.bin': { sizeBytes: 3, sha256 } } } as unknown as Manifest;
const { signal } = new AbortController();

/** Answers in turn, and what was asked. */
function createFetch(...answers: (() => Response)[]) {
  const asked: [string, RequestInit][] = [];
  const fake = (url: string, options: RequestInit): Promise<Response> => {
    asked.push([url, options]);
    return Promise.resolve().then(() => answers[Math.min(asked.length, answers.length) - 1]());
  };
  return { asked, source: { url: 'https://site.test/b/', fetch: fake as unknown as typeof fetch, signal } };
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
  vi.stubGlobal('crypto', {});
  const { source } = createFetch(() => new Response(bytes));
  const problem = await fetchBundleFile(source, manifest, 'micro.bin');
  expect(isProblem(problem) && problem.message).toContain('secure context');
});

test('a manifest that is missing, unreachable or no JSON has its code', async () => {
  const code = async (answer: () => Response) => {
    const manifest = await fetchManifest(createFetch(answer).source);
    return isProblem(manifest) && manifest.code;
  };
  expect(await code(() => new Response('', { status: 404 }))).toBe('bundle_unreachable');
  const offline = (): Response => {
    throw new TypeError('offline');
  };
  expect(await code(offline)).toBe('bundle_unreachable');
  expect(await code(() => new Response('<html>'))).toBe('bundle_manifest_invalid');
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
});

test('results of another shape delete nothing', async () => {
  for (const results of [{ 'id-1': null }, { 'id-1': 'ok' }, [], { 'id-2': { status: 'ok' } }]) {
    const remove = vi.fn(() => Promise.resolve());
    const outbox = { read: () => Promise.resolve({ clientId: 'c', events: [event(1)] }), remove };
    const { source } = createFetch(() => Response.json({ results }));
    const request = { outbox, url: 'https://c.test/', fetch: source.fetch, clock: () => 0, signal };
    expect(await flushOutbox(request)).toEqual({ sent: 0 });
    expect(remove.mock.calls).toEqual([[[]]]);
  }
});

test('a polluted Object.prototype does not reach a request', async () => {
  const { asked, source } = createFetch(() => new Response(bytes));
  await fetchBundleFile(source, manifest, 'micro.bin');
  expect(Object.getPrototypeOf(asked[0][1])).toBeNull();
});
