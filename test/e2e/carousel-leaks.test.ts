import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CarouselSite, openCarouselSite } from '../../bench/carousel-site.ts';
import { NEARSIDE } from '../../bench/own-carousels.ts';
import { launchBrowser } from './shop-fixture.ts';

/** Of each kind. The first of all load what comes late, which stays. */
const ROUNDS = 8;

const open = {} as { browser: Browser; site: CarouselSite; page: Page; client: CDPSession; errors: string[] };
beforeAll(async () => {
  [open.browser, open.site] = await Promise.all([launchBrowser(), openCarouselSite(NEARSIDE[0])]);
});
afterAll(async () => {
  await Promise.all([open.browser.close(), open.site.close()]);
});
beforeEach(async () => {
  open.errors = [];
  open.page = await open.browser.newPage();
  open.page.on('pageerror', (error) => open.errors.push(error.message));
  await open.page.addInitScript(COUNT_TIMERS);
  await open.page.goto(open.site.url);
  await open.page.evaluate(KIT);
  open.client = await open.page.context().newCDPSession(open.page);
  await open.client.send('Performance.enable');
});

/** Timers that have not run yet, and observers that observe something. */
const COUNT_TIMERS = `{
  const live = (globalThis.liveTimers = new Set());
  const { setTimeout, clearTimeout } = window;
  window.setTimeout = (run, ...rest) => {
    const timer = setTimeout((...given) => { live.delete(timer); run(...given); }, ...rest);
    live.add(timer);
    return timer;
  };
  window.clearTimeout = (timer) => { live.delete(timer); clearTimeout(timer); };
  const observers = (globalThis.liveObservers = new Map());
  for (const { prototype } of [IntersectionObserver, MutationObserver, ResizeObserver]) {
    const { observe, disconnect } = prototype;
    prototype.observe = function (...given) { observers.set(this, prototype); observe.apply(this, given); };
    prototype.disconnect = function () { observers.delete(this); disconnect.apply(this); };
  }
}`;

/** One kit for all that comes and goes, whose slates say that a tester has asked for an arm. */
const KIT = `import('/nearside/index.js').then(async ({ createKit }) => {
  const kit = createKit();
  const slate = kit.slate.bind(kit);
  kit.slate = async (...asked) => ({ ...(await slate(...asked)), overridden: [{ experiment: 'e', arm: 'b' }] });
  globalThis.kit = kit;
  globalThis.connect = (await import('/nearside/define.js')).connectKit;
  connect(kit);
  document.querySelector('rec-carousel').remove();
  const wait = (globalThis.wait = async (read) => {
    for (let frame = 0; frame < 600; frame++) {
      const value = read();
      if (value) return value;
      await new Promise(requestAnimationFrame);
    }
    throw new Error('waited in vain for ' + read);
  });
  globalThis.items = Array.from({ length: 12 }, (_, i) => ({ id: 'i' + i, title: 'Item ' + i, url: '/' + i }));
  globalThis.list = '<ol>' + items.map(({ id }) => '<li data-item-id="' + id + '"><a href="#">' + id + '</a></li>').join('') + '</ol>';
  globalThis.add = (name, html = '', given = {}) => {
    const element = Object.assign(document.createElement(name), given);
    element.innerHTML = html;
    document.body.append(element);
    return element;
  };
  globalThis.press = async (element, text) => {
    const find = () => [...element.shadowRoot.querySelectorAll('button')].find((one) => one.textContent.includes(text));
    (await wait(find)).click();
  };
})`;

/** Each makes an element, has it do what it can do, and answers it. */
const KINDS: Record<string, string> = {
  'rec-carousel with its buttons, why, bar, badge and pages': `async () => {
    const one = add('rec-carousel', list, { placement: 'p', heading: 'H', focusMode: 'pages', priority: 1 });
    const button = (name) => wait(() => one.querySelector('li:not([hidden]) [data-rec-action=' + name + ']'));
    (await button('why')).click();
    await wait(() => one.shadowRoot.querySelector('rec-why')?.shadowRoot?.querySelector('li, [role=status]:not(:empty)'));
    await wait(() => one.shadowRoot.querySelector('.qa'));
    one.shadowRoot.querySelector('#why .close').click();
    const { itemId } = (await button('dismiss')).closest('li').dataset;
    (await button('dismiss')).click();
    await press(one, 'Undo');
    await wait(() => one.slate.items.some((item) => item.itemId === itemId));
    (await button('dismiss')).click();
    await press(one, 'Shown too often');
    return one;
  }`,
  'rec-carousel whose section was hidden': `async () => {
    const one = add('rec-carousel', list, { placement: 'hidden', heading: 'H' });
    (await wait(() => one.querySelector('[data-rec-action=dismiss]'))).click();
    await press(one, 'Hide this section');
    await press(one, 'Show it again');
    await wait(() => one.slate && one.getAttribute('state') !== 'hidden');
    return one;
  }`,
  'rec-carousel with cards of a template': `async () => {
    const template = '<template slot="item"><a data-rec-href="url" data-rec-text="title"></a></template>';
    const one = add('rec-carousel', template, { placement: 'cards', candidates: items, priority: 2 });
    await wait(() => one.slate && one.querySelector('li a'));
    return one;
  }`,
  'rec-carousel that is removed while it asks': `async () => {
    const one = add('rec-carousel', list, { placement: 'early', priority: 3 });
    await one.updateComplete;
    return one;
  }`,
  'rec-controls': `async () => {
    const one = add('rec-controls');
    (await wait(() => one.shadowRoot?.querySelector('summary'))).click();
    (await wait(() => one.shadowRoot.querySelector('[part~=erase]'))).click();
    (await wait(() => one.shadowRoot.querySelector('[part~=cancel]'))).click();
    await kit.record({ kind: 'view', itemId: 'i1' });
    return one;
  }`,
  'rec-why': `async () => {
    const slate = await kit.slate('why', { candidates: items });
    const one = add('rec-why', '', { kit, slate, itemId: slate.items[0].itemId });
    await wait(() => one.shadowRoot?.querySelector('[role=status]'));
    return one;
  }`,
};
const LEAKY = `async () => {
  const one = add('rec-carousel', list, { placement: 'leaky' });
  await one.updateComplete;
  window.addEventListener('resize', () => one.requestUpdate());
  new ResizeObserver(() => one.requestUpdate()).observe(one);
  setTimeout(() => one.requestUpdate(), 3_600_000);
  return one;
}`;

interface Left {
  readonly elements: number;
  readonly timers: number;
  readonly observers: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** Makes and removes so many, and answers what is there when nothing refers to them any more. */
async function leftAfter(kind: string, rounds: number): Promise<Left> {
  const { page, client } = open;
  await page.evaluate(`(async () => {
    globalThis.refs = [];
    for (let round = 0; round < ${String(rounds)}; round++) {
      const one = await (${kind})();
      one.remove();
      refs.push(new WeakRef(one));
    }
    document.activeElement?.blur();
    // what was under way ends
    for (let frame = 0; frame < 20; frame++) await new Promise(requestAnimationFrame);
  })()`);
  for (let i = 0; i < 3; i++) await client.send('HeapProfiler.collectGarbage');
  const { metrics } = await client.send('Performance.getMetrics');
  const metric = (name: string): number => metrics.find((one) => one.name === name)?.value ?? NaN;
  const counts = await page.evaluate(
    '({ elements: refs.filter((ref) => ref.deref()).length, timers: liveTimers.size, observers: liveObservers.size })',
  );
  return {
    ...(counts as Omit<Left, 'nodes' | 'listeners'>),
    nodes: metric('Nodes'),
    listeners: metric('JSEventListeners'),
  };
}

test.each(Object.entries(KINDS))('removed, it leaves nothing behind: %s', async (_, kind) => {
  const first = await leftAfter(kind, 2);
  const then = await leftAfter(kind, ROUNDS);
  expect([then, open.errors]).toEqual([{ ...first, elements: 0, observers: 0, nodes: then.nodes }, []]);
  // each has more: what is shared comes late, and what was pressed last is held for a while
  expect(then.nodes - first.nodes).toBeLessThan(4 * ROUNDS);
});

test('control: listener, observer and timer that are left behind are found', async () => {
  const first = await leftAfter(LEAKY, 2);
  const then = await leftAfter(LEAKY, ROUNDS);
  expect(then.elements).toBe(ROUNDS);
  for (const name of ['timers', 'observers', 'listeners'] as const)
    expect(then[name] - first[name]).toBeGreaterThanOrEqual(ROUNDS - 2);
  expect(then.nodes - first.nodes).toBeGreaterThan(ROUNDS * 12);
});
