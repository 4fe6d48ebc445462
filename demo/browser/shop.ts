import { type Kit, createKit } from 'nearside';
import { connectAttributes } from 'nearside/adapters/attributes';
import { connectKit } from 'nearside/define';
import { countItems, readCart } from './cart.ts';
import { startCartPage } from './cart-page.ts';
import { createContext } from './context.ts';
import { startGallery } from './gallery-page.ts';
import { startInspector } from './inspector.ts';
import { startOrderPage } from './order-page.ts';
import { startPrivacyPage } from './privacy-page.ts';
import { startProductPage } from './product-page.ts';
import { createRig } from './rig.ts';
import { recordSearch } from './search-page.ts';
import { createOptions } from './settings.ts';

declare global {
  interface Window {
    /** For tests and for the console. */
    nearsideDemo?: { readonly kit: Kit };
  }
}

/** A view that cannot be stored soon must not keep the shelves from being ranked. */
const VIEW_WAIT_MS = 300;

const rig = createRig();
const { settings } = rig.switches;
if (settings.dir === 'rtl' || settings.dir === 'ltr') document.documentElement.dir = settings.dir;

const own = createKit(
  createOptions(settings, {
    ...rig.options,
    rules: readJson('#shop-rules'),
    experiments: readJson('#shop-experiments'),
    context: createContext(settings),
  }),
);
const kit = startInspector(own, rig);
window.nearsideDemo = { kit };
connectAttributes(kit);
showCartCount();
window.addEventListener('pageshow', showCartCount);
await startPage(document.body.dataset['page'] ?? '');
connectKit(kit);

function readJson(selector: string): unknown {
  return JSON.parse(document.querySelector(selector)?.textContent ?? 'null');
}

/** Resolves when the page's own signal is stored, so that the slates of this page can use it. */
async function startPage(name: string): Promise<void> {
  if (name === 'cart') startCartPage(kit, showCartCount);
  if (name === 'order') startOrderPage();
  if (name === 'search') void recordSearch(kit);
  if (name === 'privacy') startPrivacyPage();
  if (name === 'gallery') startGallery();
  if (name !== 'product') return;
  const wait = new Promise((resolve) => setTimeout(resolve, VIEW_WAIT_MS));
  await Promise.race([startProductPage(kit, showCartCount), wait]);
}

function showCartCount(): void {
  const badge = document.querySelector<HTMLElement>('[data-cart-count]');
  if (badge === null) return;
  const count = countItems(readCart(localStorage));
  badge.hidden = count === 0;
  badge.textContent = String(count);
}
