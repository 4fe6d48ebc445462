import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ACTIONS, isConditional } from '../../demo/actions.ts';
import { CATALOGUE, CATEGORIES, findProduct } from '../../demo/catalogue.ts';
import { createShop } from '../../demo/server.ts';
import { type CandidateList, parseCandidates } from '../../src/core/candidate.ts';
import { encodeBase64 } from '../../src/core/base64.ts';

const NOW = 1_790_000_000_000;
const folder = mkdtempSync(join(tmpdir(), 'nearside-demo-'));
afterAll(() => rmSync(folder, { recursive: true }));

const vec = encodeBase64(new Uint8Array(72));
const trained = CATALOGUE.map(({ id }, index) => JSON.stringify({ id, vec, nbrs: 'AAAAAAE=', popularity: index }));
writeFileSync(join(folder, 'items.ndjson'), trained.join('\n'));
writeFileSync(join(folder, 'manifest.json'), '{}');
writeFileSync(join(folder, 'index.js'), 'export {};');
writeFileSync(join(folder, 'index.d.ts'), 'export {};');
writeFileSync(join(folder, 'ort.wasm'), 'wasm');
writeFileSync(join(folder, '.secret.json'), '{}');

const createTestShop = (bundleDir: string) =>
  createShop({
    collectorApp: { fetch: (request) => new Response(new URL(request.url).pathname) },
    distDir: folder,
    bundleDir,
    scriptsDir: folder,
    clock: () => NOW,
  });
const shop = createTestShop(folder);
const untrained = createTestShop(join(folder, 'missing'));
const get = (path: string, app = shop) => app.request(path);
const candidates = async (query: string, app = shop) =>
  (await (await get(`/api/candidates?${query}`, app)).json()) as CandidateList;

describe('pages', () => {
  const paths = [
    '/',
    '/cart',
    '/order',
    '/search',
    '/search?q=lantern',
    '/search?q=%3Cscript%3E',
    '/category/kitchen?brand=Veldra&under=50&sort=cheapest&page=9',
    ...CATEGORIES.map(({ id }) => `/category/${id}`),
    '/product/glow-lantern',
    '/article/boot-sizes',
  ];
  test.each(paths)('%s answers 200 with a policy and no cookie', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'sha256-");
    expect(policy).not.toContain('unsafe-inline');
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  test('the policy allows exactly the import map of the page', async () => {
    const response = await get('/');
    const text = /<script type="importmap">(.*?)<\/script>/s.exec(await response.text())?.[1] ?? '';
    const hash = createHash('sha256').update(text).digest('base64');
    expect(response.headers.get('content-security-policy')).toContain(`'sha256-${hash}'`);
    expect(JSON.parse(text)).toMatchObject({
      imports: {
        nearside: '/nearside/index.js',
        'nearside/reasons': '/nearside/reasons.js',
        'nearside/define': '/nearside/define.js',
        'nearside/adapters/attributes': '/nearside/adapters/attributes.js',
      },
    });
  });

  test.each([
    ['/', 'placement=home'],
    ['/category/lighting', 'placement=category&category=lighting'],
    ['/product/glow-lantern', 'placement=similar&anchor=glow-lantern'],
    ['/search', 'placement=search'],
  ])('%s holds a link for every candidate, in the order of the server', async (path, query) => {
    const html = await (await get(path)).text();
    const { items } = await candidates(query);
    const links = [...html.matchAll(/<li data-item-id="([^"]+)">\s*<a href="\/product\/([^"]+)">/g)];
    expect(links.map((link) => link[1])).toEqual(items.map(({ id }) => id));
    expect(links.map((link) => link[2])).toEqual(items.map(({ id }) => id));
    const inline = /<rec-carousel[\s\S]*?<script type="application\/json">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';
    expect(parseCandidates(JSON.parse(inline), NOW).list.items).toEqual(items);
  });

  test('the next actions are links too; those that only the device can judge are sent hidden', async () => {
    const html = await (await get('/')).text();
    const carousel = /<rec-carousel[^>]*placement="next-action"[\s\S]*?<\/rec-carousel>/.exec(html)?.[0] ?? '';
    const links = [
      ...carousel.matchAll(/<li data-item-id="([^"]+)" (hidden)?>\s*<a class="action"[^>]*href="([^"]+)"/g),
    ];
    expect(links.map((link) => [link[1], link[2] === 'hidden', link[3]])).toEqual(
      ACTIONS.map((action) => [action.id, isConditional(action), action.url]),
    );
    expect(new Set(ACTIONS.map(isConditional))).toEqual(new Set([true, false]));
    for (const { url } of ACTIONS) expect((await get(url)).status).toBe(200);
    const { list, problems } = parseCandidates(await candidates('placement=next-action'), NOW);
    expect(problems).toEqual([]);
    expect(list.items).toEqual(ACTIONS);
  });

  test.each([
    '/nope',
    '/product/nope',
    '/article/nope',
    '/category/nope',
    '/pictures/nope.svg',
    '/nearside/',
    '/demo/none.js',
  ])('%s answers 404 with a page', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-security-policy')).not.toBeNull();
    expect(await response.text()).toContain('nothing on this shelf');
  });

  test('right-to-left on request', async () => {
    expect(await (await get('/?dir=rtl')).text()).toContain('dir="rtl"');
    expect(await (await get('/?dir="><script>')).text()).toContain('dir="ltr"');
  });
});

describe('candidates', () => {
  test.each(['placement=home', 'placement=finds', 'placement=similar&anchor=glow-lantern'])(
    '%s is valid, at most 40, best score first',
    async (query) => {
      const { list, problems } = parseCandidates(await candidates(query), NOW);
      expect(problems).toEqual([]);
      expect(list.items.length).toBeGreaterThan(15);
      expect(list.items.length).toBeLessThanOrEqual(40);
      const scores = list.items.map((item) => item.score ?? NaN);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      expect(list.issuedAt).toBe(NOW);
      expect(list.items[0].vec).toBe(vec);
    },
  );

  test('its items are as old as at the end of the log, whatever the time; it knows nothing of today', async () => {
    const at = Date.UTC(2026, 9, 1);
    const bundleDir = mkdtempSync(join(folder, 'aged-'));
    const [newest, older] = CATALOGUE.map(({ id }, i) => ({ id, publishedAt: at - i * 5000 }));
    writeFileSync(join(bundleDir, 'items.ndjson'), [newest, older].map((item) => JSON.stringify(item)).join('\n'));
    const ageOf = async (id: string) => {
      const exclude = CATALOGUE.filter((product) => product.id !== id).map((product) => product.id);
      const list = await candidates(`placement=home&exclude=${exclude.join(',')}`, createTestShop(bundleDir));
      expect(list.serverSeenAt).toBe(NOW - 86_400_000);
      return NOW - Number(list.items[0].publishedAt);
    };
    expect([await ageOf(newest.id), await ageOf(older.id)]).toEqual([0, 5000]);
    const trainingWindow = { from: new Date(0).toISOString(), to: new Date(at + 700).toISOString() };
    writeFileSync(join(bundleDir, 'manifest.json'), JSON.stringify({ trainingWindow }));
    expect([await ageOf(newest.id), await ageOf(older.id)]).toEqual([700, 5700]);
    for (const name of ['manifest.json', 'items.ndjson']) writeFileSync(join(bundleDir, name), '\n{');
    expect((await candidates('placement=home', createTestShop(bundleDir))).items).toHaveLength(40);
  });

  test('beside a product its own category comes first and itself never', async () => {
    const { items, anchorItemId } = await candidates('placement=similar&anchor=glow-lantern');
    expect(anchorItemId).toBe('glow-lantern');
    expect(items.slice(0, 9).every(({ category }) => category === 'lighting')).toBe(true);
    expect(items.map(({ id }) => id)).not.toContain('glow-lantern');
    for (const { category, sameKind } of items) expect(sameKind).toBe(category === 'lighting');
    const lanterns = CATALOGUE.filter(({ shape, stock }) => shape === 'lantern' && stock > 0).length - 1;
    expect(items.slice(0, lanterns).every(({ id }) => findProduct(id)?.shape === 'lantern')).toBe(true);
  });

  test('a category holds its own, a cart’s shelf other kinds first', async () => {
    const own = (await candidates('placement=category&category=tents')).items;
    expect(own.map(({ id }) => id).toSorted()).toEqual(
      CATALOGUE.filter(({ category, stock }) => category === 'tents' && stock > 0)
        .map(({ id }) => id)
        .toSorted(),
    );
    const { items, anchorItemId } = await candidates('placement=cart&anchor=skillet-24');
    expect(anchorItemId).toBe('skillet-24');
    expect(items.map(({ category }) => category)).not.toContain('kitchen');
    expect(items).toHaveLength(40);
  });

  test('a home list holds some of every kind, and no list what is sold out', async () => {
    const { items } = await candidates('placement=home');
    const counts = CATEGORIES.map(({ id }) => items.filter(({ category }) => category === id).length);
    expect(Math.max(...counts)).toBe(5);
    expect(counts.filter((count) => count > 0).length).toBeGreaterThanOrEqual(8);
    const soldOut = CATALOGUE.filter(({ stock }) => stock === 0);
    const [anchor] = soldOut;
    for (const query of ['placement=home', 'placement=finds', `placement=similar&anchor=${anchor.id}`]) {
      for (const { id } of (await candidates(query)).items) expect(findProduct(id)?.stock).toBeGreaterThan(0);
    }
    const html = await (await get(`/product/${anchor.id}`)).text();
    expect(html).toMatch(/data-add-to-cart disabled>/);
  });

  test('leaves out what is excluded', async () => {
    const { items } = await candidates('placement=home&exclude=dream-pillow,drift-hammock-net');
    expect(items.some(({ id }) => ['dream-pillow', 'drift-hammock-net'].includes(id))).toBe(false);
  });

  test('serves the plain catalogue where there is no bundle', async () => {
    const { list, problems } = parseCandidates(await candidates('placement=home', untrained), NOW);
    expect(problems).toEqual([]);
    expect(list.items[0]).toMatchObject({ id: 'enamel-mug-pair', popularity: 342 });
    expect(list.items[0].vec).toBeUndefined();
  });

  test('refuses a placement that is no name and an anchor that is no product', async () => {
    expect((await get('/api/candidates?placement=%3Cb%3E')).status).toBe(400);
    expect((await get('/api/candidates?anchor=nope')).status).toBe(404);
  });
});

describe('files', () => {
  test.each([
    ['/nearside/index.js', 'text/javascript; charset=utf-8'],
    ['/nearside/ort.wasm', 'application/wasm'],
    ['/bundle/manifest.json', 'application/json; charset=utf-8'],
    ['/demo/base.css', 'text/css; charset=utf-8'],
    ['/pictures/glow-lantern.svg', 'image/svg+xml; charset=utf-8'],
  ])('%s is %s', async (path, type) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('a known file is not sent again', async () => {
    const etag = (await get('/nearside/ort.wasm')).headers.get('etag') ?? '';
    const again = await shop.request('/nearside/ort.wasm', { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
  });

  test.each([
    '/bundle/items.ndjson',
    '/nearside/items.ndjson',
    '/bundle/%69tems.ndjson',
    '/nearside/index.d.ts',
    '/nearside/.secret.json',
    '/nearside/../package.json',
    '/nearside/..%2fpackage.json',
    '/nearside/%2e%2e/package.json',
    '/nearside/%2e%2e%2fpackage.json',
    '/nearside/..%5cpackage.json',
    '/nearside//etc/passwd.json',
    '/demo/settings.ts',
  ])('%s is never served', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  test('the reports are the collector’s, with a policy of its own', async () => {
    const collectorApp = {
      fetch: (request: Request) =>
        new Response(new URL(request.url).pathname, { headers: { 'content-security-policy': "default-src 'none'" } }),
    };
    const app = createShop({
      ...{ collectorApp, distDir: folder, bundleDir: folder, scriptsDir: folder },
      clock: () => NOW,
    });
    for (const path of ['/reports', '/reports/', '/reports/fresh-first.json']) {
      const response = await get(path, app);
      expect(await response.text()).toBe(path);
      expect(response.headers.get('content-security-policy')).toBe("default-src 'none'");
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  test('the collector answers on its paths', async () => {
    const response = await shop.request('/v1/events', { method: 'POST', body: '{}' });
    expect(await response.text()).toBe('/v1/events');
    expect(await (await get('/healthz')).text()).toBe('/healthz');
  });
});
