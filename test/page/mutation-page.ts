import { createKit } from 'nearside';
import 'nearside/define';
import type { MutationReport, MutationSetup, Seen } from './mutation-messages.ts';

/** Far above what a slate takes here, so that no engine misses its turn on a busy machine. */
const DEADLINE_MS = 20_000;

interface Visit {
  /** Folder of the bundle on the server. */
  readonly folder: string;
  readonly device: string;
  readonly keyed: boolean;
}

type Carousel = HTMLElement & { kit: unknown; slate: { tier: string; modelId: string; items: unknown[] } | null };

const setup = (await (await fetch('/setup')).json()) as MutationSetup;

const runtime = await WebAssembly.compileStreaming(fetch('/nearside/ort-wasm-simd-threaded.wasm'));
const createWorker = (): Worker => {
  const worker = new Worker('/page/worker.js', { type: 'module' });
  worker.postMessage(runtime);
  return worker;
};

/** One visit to the site whose server has this bundle: a real kit, worker and carousel. */
async function visit({ folder, device, keyed }: Visit): Promise<Seen> {
  const kit = createKit({
    ...{ bundleUrl: '/bundle/', storageName: device, deadlineMs: DEADLINE_MS, clock: () => setup.now, createWorker },
    // the control without keys needs no onnxruntime, whose start is most of a visit
    ...(keyed ? { bundleKeys: setup.publicKey } : { maxTier: 'micro' }),
    // one address for all: a device keeps its last good bundle by address
    fetch: (url, options) => fetch((url as string).replace('/bundle/', folder), options),
  });
  await kit.record({ kind: 'view', itemId: setup.itemIds[3] ?? '' });
  await kit.ready();
  const carousel = createCarousel();
  const slate = new Promise<{ problems: readonly { code: string }[] }>((resolve) => kit.onSlate(resolve));
  carousel.kit = kit;
  document.body.append(carousel);
  const { problems } = await slate;
  while (carousel.slate === null) await new Promise((resolve) => setTimeout(resolve));
  const { tier, modelId, items } = carousel.slate;
  const codes = problems.map(({ code }) => code);
  const seen = { tier, modelId, codes, items: items.length, cards: countCards(carousel) };
  carousel.remove();
  await kit.close();
  return seen;
}

function createCarousel(): Carousel {
  const carousel = document.createElement('rec-carousel') as Carousel;
  carousel.setAttribute('placement', 'home');
  const links = setup.itemIds.map((id) => `<li data-item-id="${id}"><a href="/item/${id}">${id}</a></li>`).join('');
  carousel.innerHTML = `<ol>${links}</ol><script type="application/json">${setup.candidates}</script>`;
  return carousel;
}

/** Links with a size on the page, each item once. */
function countCards(carousel: Carousel): number {
  const cards = [...carousel.querySelectorAll<HTMLElement>('[data-item-id]')];
  const shown = cards.filter((card) => card.offsetHeight > 0 && card.querySelector('a')?.textContent !== '');
  return new Set(shown.map((card) => card.dataset['itemId'])).size;
}

const post = (path: string, body: unknown): Promise<unknown> =>
  fetch(path, { method: 'POST', body: JSON.stringify(body) });

async function run(): Promise<MutationReport> {
  const startedAt = performance.now();
  const genuine: Seen[] = [];
  for (const release of [5, 6]) {
    const seen = await visit({
      folder: `/genuine/${String(release)}/`,
      device: `fresh-${String(release)}`,
      keyed: true,
    });
    genuine.push(seen);
  }
  await visit({ folder: '/genuine/5/', device: 'known', keyed: true });
  const mutants: Seen[] = [];
  const unkeyed: { index: number; seen: Seen }[] = [];
  for (const [index, device] of setup.devices.entries()) {
    const folder = `/mutants/${String(index)}/`;
    mutants.push(await visit({ folder, device, keyed: true }));
    if (index % setup.unkeyedEvery === 0) {
      unkeyed.push({ index, seen: await visit({ folder, device: `unkeyed-${String(index)}`, keyed: false }) });
    }
    await post('/progress', { index });
  }
  const after = {
    new: await visit({ folder: '/genuine/6/', device: 'new', keyed: true }),
    known: await visit({ folder: '/genuine/6/', device: 'known', keyed: true }),
  };
  const seconds = (performance.now() - startedAt) / 1000;
  return { userAgent: navigator.userAgent, genuine, mutants, unkeyed, after, seconds };
}

await run().then(
  (report) => post('/report', report),
  (error: unknown) =>
    post('/failed', { message: error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error) }),
);
