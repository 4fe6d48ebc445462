import { fileURLToPath } from 'node:url';
import { type Context, Hono } from 'hono';
import { type CandidateGenerator, createGenerator } from './candidates.ts';
import { findArticle } from './articles.ts';
import { findCategory, findProduct } from './catalogue.ts';
import { EXAMPLES_DIR, readGallery } from './gallery.ts';
import { CONTENT_POLICY, type Page, renderPage } from './layout.ts';
import { renderCategory } from './pages/category.ts';
import { renderGallery } from './pages/gallery.ts';
import { renderHome } from './pages/home.ts';
import { renderArticle, renderNotFound } from './pages/plain.ts';
import { renderPrivacy } from './pages/privacy.ts';
import { renderProduct } from './pages/product.ts';
import { renderCart, renderOrder } from './pages/purchase.ts';
import { renderSearch } from './pages/search.ts';
import { drawPicture } from './picture.ts';
import { drawCamp } from './pictures/camp.ts';
import { findProducts, parseQuery } from './search.ts';
import { PAGE_SIZE, parseShelfQuery } from './shelf.ts';
import { serveFile } from './static-files.ts';
import { readTrainedItems } from './trained-items.ts';

export interface ShopOptions {
  /** Takes what the kit sends, answers the health check and shows the reports. */
  readonly collectorApp: { fetch(request: Request, env?: object): Response | Promise<Response> };
  /** The built kit, served under /nearside/. */
  readonly distDir: string;
  /** The model bundle, served under /bundle/; may be missing. */
  readonly bundleDir: string;
  /** Another one for an experiment, served under /bundle-large/. */
  readonly largeBundleDir?: string;
  /** The demo's compiled browser scripts, served under /demo/. */
  readonly scriptsDir: string;
  /** Epoch ms. */
  readonly clock: () => number;
}

const STYLE_DIR = fileURLToPath(new URL('./browser/', import.meta.url));
/** The kinds of so many results, best first, are what the shelf below them holds. */
const NEAR_RESULTS = 8;
const PLACEMENT = /^[\w-]{1,64}$/;

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

/** The demo shop and its collector as one application; sets no cookie. */
export function createShop(options: ShopOptions): Hono {
  const generator = createGenerator({ trained: readTrainedItems(options.bundleDir), clock: options.clock });
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    // what is not the shop's own has stricter ones
    for (const [name, value] of Object.entries(HEADERS))
      if (!context.res.headers.has(name)) context.header(name, value);
  });
  addPages(app, generator);
  addPictures(app);
  addCandidates(app, generator);
  addFiles(app, options);
  const collect = (context: Context): Response | Promise<Response> =>
    options.collectorApp.fetch(context.req.raw, context.env as object);
  app.all('/v1/*', collect);
  app.all('/healthz', collect);
  app.get('/reports/*', collect);
  app.notFound((context) =>
    sendPage(context, { title: 'Not found', name: 'not-found', content: renderNotFound() }, 404),
  );
  return app;
}

function sendPage(
  context: Context,
  page: Omit<Page, 'direction'>,
  status: 200 | 404 = 200,
): Response | Promise<Response> {
  const direction = context.req.query('dir') === 'rtl' ? 'rtl' : 'ltr';
  return context.html(renderPage({ ...page, title: `${page.title} · Alder & Fell`, direction }), status);
}

function addPages(app: Hono, generator: CandidateGenerator): void {
  app.get('/', (context) => {
    const picked = generator.list({ placement: 'home' });
    const content = renderHome({ picked, actions: generator.list({ placement: 'next-action' }) });
    return sendPage(context, { title: 'Outdoor goods', name: 'home', content });
  });
  app.get('/category/:id', (context) => {
    const category = findCategory(context.req.param('id'));
    if (category === undefined) return context.notFound();
    const picked = generator.list({ placement: 'category', categories: [category.id] });
    const content = renderCategory({ category, picked, query: parseShelfQuery(context.req.query()) });
    return sendPage(context, { title: category.title, name: 'category', content, section: category.id });
  });
  app.get('/article/:id', (context) => {
    const article = findArticle(context.req.param('id'));
    if (article === undefined) return context.notFound();
    return sendPage(context, { title: article.title, name: 'article', content: renderArticle(article) });
  });
  app.get('/product/:id', (context) => {
    const product = findProduct(context.req.param('id'));
    if (product === undefined) return context.notFound();
    const content = renderProduct({
      product,
      candidate: generator.one(product),
      similar: generator.list({ placement: 'similar', anchor: product }),
    });
    return sendPage(context, { title: product.title, name: 'product', content, section: product.category });
  });
  app.get('/cart', (context) => sendPage(context, { title: 'Cart', name: 'cart', content: renderCart() }));
  app.get('/order', (context) => sendPage(context, { title: 'Order', name: 'order', content: renderOrder() }));
  app.get('/privacy', (context) =>
    sendPage(context, { title: 'Your data', name: 'privacy', content: renderPrivacy() }),
  );
  addGallery(app);
  addSearch(app, generator);
}

/** The examples are read as they are asked for: who edits one sees it at the next load. */
function addGallery(app: Hono): void {
  app.get('/gallery', (context) => {
    const { groups, styles } = readGallery();
    const content = renderGallery(groups);
    return sendPage(context, { title: 'Element gallery', name: 'gallery', content, styles });
  });
  // for the example of an element that waits; ends with the request
  app.get('/api/never', ({ req: { raw } }) => {
    return new Promise<Response>((resolve) => {
      raw.signal.addEventListener('abort', () => resolve(new Response(null, { status: 503 })), { once: true });
    });
  });
}

function addSearch(app: Hono, generator: CandidateGenerator): void {
  app.get('/search', (context) => {
    const { q, kind = '', ...parameters } = context.req.query();
    const query = parseQuery(q);
    const found = findProducts(query);
    const near = found.products.slice(0, NEAR_RESULTS);
    const picked = generator.list({
      placement: 'search',
      exclude: found.products.slice(0, PAGE_SIZE).map(({ id }) => id),
      ...(near.length === 0 ? {} : { categories: near.map(({ category }) => category) }),
    });
    const content = renderSearch({ query, found, kind, shelf: parseShelfQuery(parameters), picked });
    return sendPage(context, { title: query === '' ? 'Search' : `Search: ${query}`, name: 'search', content, query });
  });
}

function addPictures(app: Hono): void {
  const headers = { 'content-type': 'image/svg+xml; charset=utf-8', 'cache-control': 'max-age=3600' };
  app.get('/pictures/camp-by-day.svg', (context) => context.body(drawCamp('day'), 200, headers));
  app.get('/pictures/camp-by-night.svg', (context) => context.body(drawCamp('night'), 200, headers));
  app.get('/pictures/:file', (context) => {
    const product = findProduct(context.req.param('file').replace(/\.svg$/, ''));
    if (product === undefined) return context.notFound();
    return context.body(drawPicture(product), 200, headers);
  });
}

function addCandidates(app: Hono, generator: CandidateGenerator): void {
  app.get('/api/candidates', (context) => {
    const { placement = 'home', anchor, category, exclude = '' } = context.req.query();
    if (!PLACEMENT.test(placement)) {
      return context.json(
        { error: { code: 'placement_invalid', message: 'placement: 1 to 64 of A-Z a-z 0-9 _ -' } },
        400,
      );
    }
    const product = anchor === undefined ? undefined : findProduct(anchor);
    if (anchor !== undefined && product === undefined) {
      return context.json({ error: { code: 'anchor_unknown', message: 'anchor names no product of this shop' } }, 404);
    }
    const list = generator.list({
      placement,
      exclude: exclude.split(','),
      ...(product === undefined ? {} : { anchor: product }),
      ...(category === undefined ? {} : { categories: [category] }),
    });
    return context.json(list, 200, { 'cache-control': 'no-store' });
  });
}

function addFiles(app: Hono, { distDir, bundleDir, largeBundleDir, scriptsDir }: ShopOptions): void {
  const folder = (prefix: string, dirOf: (path: string) => string): void => {
    app.get(`${prefix}*`, async (context) => {
      // the path as sent: an encoded slash or dot stays encoded and names no file
      const path = new URL(context.req.url).pathname.slice(prefix.length);
      return (await serveFile(dirOf(path), path, context.req.raw)) ?? context.notFound();
    });
  };
  folder('/nearside/', () => distDir);
  folder('/bundle/', () => bundleDir);
  if (largeBundleDir !== undefined) folder('/bundle-large/', () => largeBundleDir);
  folder('/gallery/', () => EXAMPLES_DIR);
  folder('/demo/', (path) => (path.endsWith('.css') ? STYLE_DIR : scriptsDir));
}
