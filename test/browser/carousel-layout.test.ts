import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { page as tab, userEvent } from 'vitest/browser';
import {
  createRankingKit,
  frames,
  itemOf,
  linkPrestyle,
  listMarkup,
  manyIds,
  mount,
  query,
  shadow,
  waitFor,
  waitForState,
} from './carousel-fixture.ts';

const ids = manyIds(12);

beforeAll(async () => {
  await tab.viewport(1000, 800);
  await linkPrestyle();
  const style = document.createElement('style');
  // Smooth scrolling takes a time of its own choosing; where it ends is what counts here.
  style.textContent = 'rec-carousel::part(scroller) { scroll-behavior: auto; }';
  document.head.append(style);
});
afterEach(() => {
  document.body.replaceChildren();
  document.documentElement.dir = '';
});

describe('scrolling', () => {
  test.for([
    ['ltr', 1],
    ['rtl', -1],
  ] as const)('%s: Next shows the next whole cards, Previous goes back, the ends are told', async ([dir, sign]) => {
    document.documentElement.dir = dir;
    const carousel = mount(listMarkup(ids));
    await carousel.updateComplete;
    const [scroller, next, previous] = ['.scroller', '[part~=next]', '[part~=previous]'].map((part) =>
      shadow(carousel, part),
    );
    const ended = (): (string | null)[] => [previous, next].map((button) => button.getAttribute('aria-disabled'));
    await waitFor(() => ended()[1] === 'false' || null, 'Next to be enabled');
    expect(ended()).toEqual(['true', 'false']);
    // In both directions the buttons lie in reading order.
    expect(Math.sign(next.getBoundingClientRect().left - previous.getBoundingClientRect().left)).toBe(sign);

    await userEvent.click(next);
    // 600 px hold three cards of 192 px.
    await waitFor(() => scroller.scrollLeft === sign * 3 * 192 || null, 'three cards on');
    expect(carousel.shadowRoot?.activeElement).toBe(next);
    for (let press = 0; press < 5; press++) next.click();
    await waitFor(() => ended()[1] === 'true' || null, 'the end');
    next.click();
    expect(ended()).toEqual(['false', 'true']);
    expect(carousel.shadowRoot?.activeElement).toBe(next);
    const last = itemOf(carousel, 'i11').getBoundingClientRect();
    const box = scroller.getBoundingClientRect();
    expect(last.left >= box.left && last.right <= box.right).toBe(true);
    for (let press = 0; press < 5; press++) previous.click();
    await waitFor(() => ended()[0] === 'true' || null, 'the start');
    expect(scroller.scrollLeft).toBe(0);
  });

  test('Next never skips a card, at any width', async () => {
    for (const widthPx of [200, 288, 320, 380, 544, 700]) {
      const carousel = mount(listMarkup(ids), '', widthPx);
      await carousel.updateComplete;
      const [scroller, next] = [shadow(carousel, '.scroller'), shadow(carousel, '[part~=next]')];
      const whole = new Set<string>();
      await waitFor(() => next.getAttribute('aria-disabled') === 'false' || null, 'Next to be enabled');
      for (let page = 0; page < 13; page++) {
        const box = scroller.getBoundingClientRect();
        for (const id of ids) {
          const card = itemOf(carousel, id).getBoundingClientRect();
          if (card.left >= box.left - 1 && card.right <= box.right + 1) whole.add(id);
        }
        next.click();
        await frames(2);
      }
      expect([...whole]).toEqual(ids);
    }
  });

  test('the keyboard: the scroller takes focus only if there is something to scroll', async () => {
    const wide = mount(listMarkup(['a', 'b']));
    await waitForState(wide, 'server');
    await expect.poll(() => shadow(wide, '.scroller').hasAttribute('tabindex')).toBe(false);
    wide.querySelector('ol')?.insertAdjacentHTML('beforeend', listMarkup(ids).slice(4, -5));
    const scroller = await waitFor(
      () => wide.shadowRoot?.querySelector<HTMLElement>('.scroller[tabindex="0"]'),
      'a tabindex',
    );
    await userEvent.tab();
    await userEvent.tab();
    await userEvent.tab();
    expect(wide.shadowRoot?.activeElement).toBe(scroller);
    await userEvent.keyboard('{ArrowRight}');
    await waitFor(() => scroller.scrollLeft > 0, 'a scroll by ArrowRight');
    await userEvent.tab();
    expect(document.activeElement).toBe(query(wide, 'a'));
  });

  test('an item with focus stays where it is on the screen while others move', async () => {
    const carousel = mount(listMarkup(ids));
    await waitForState(carousel, 'server');
    const link = query(itemOf(carousel, 'i1'), 'a');
    link.focus();
    const { left } = link.getBoundingClientRect();
    carousel.kit = createRankingKit([...ids].reverse());
    await waitForState(carousel, 'ranked');
    await frames();
    const box = shadow(carousel, '.scroller').getBoundingClientRect();
    const now = link.getBoundingClientRect();
    // Snapping may still shift it by part of a card.
    expect(Math.abs(now.left - left)).toBeLessThan(192);
    expect(now.left >= box.left && now.right <= box.right).toBe(true);
  });
});

describe('a long list', () => {
  test('does not lay out cards out of sight; they are there for the keyboard, and as high as the others', async () => {
    // the element's own cards, and what a server renders
    const cards = listMarkup(manyIds(60)).replace(/Item (\w+)/g, '<span class="rec-title">Item $1</span>');
    const carousel = mount(cards);
    await waitForState(carousel, 'server');
    await frames(3);
    const isLaidOut = (id: string): boolean =>
      query(itemOf(carousel, id), 'a').checkVisibility({ contentVisibilityAuto: true });
    const [height, width] = [carousel.offsetHeight, shadow(carousel, '.scroller').scrollWidth];
    // not in every browser
    const isAll = !CSS.supports('content-visibility', 'auto');
    expect([isLaidOut('i0'), isLaidOut('i23'), isLaidOut('i50')]).toEqual([true, true, isAll]);
    query(itemOf(carousel, 'i50'), 'a').focus();
    await waitFor(() => isLaidOut('i50') || null, 'a card with the focus');
    const ends = [itemOf(carousel, 'i50'), itemOf(carousel, 'i0')];
    expect(new Set(ends.map((card) => card.offsetHeight)).size).toBe(1);
    expect([carousel.offsetHeight, shadow(carousel, '.scroller').scrollWidth]).toEqual([height, width]);
  });
});

describe('semantics and size', () => {
  test('a region named by its visible heading; buttons large enough to hit', async () => {
    const carousel = mount(listMarkup(ids));
    await carousel.updateComplete;
    const section = shadow(carousel, 'section');
    const heading = shadow(carousel, `#${String(section.getAttribute('aria-labelledby'))}`);
    expect([heading.localName, heading.textContent]).toEqual(['h2', 'For you']);
    for (const part of ['previous', 'next']) {
      const { width, height } = shadow(carousel, `[part~=${part}]`).getBoundingClientRect();
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
    }
  });

  test('a wide list does not stretch a grid around the element', async () => {
    const carousel = mount(listMarkup(ids), '', 320);
    const box = query(document, '#box');
    box.style.display = 'grid';
    const cell = document.createElement('div');
    box.append(cell);
    cell.append(carousel);
    await carousel.updateComplete;
    expect(carousel.offsetWidth).toBe(320);
  });
});

describe('upgrade', () => {
  /** A page of its own, where the script has not arrived yet. */
  async function openPage(markup: string, dir: string): Promise<Document> {
    const frame = document.createElement('iframe');
    frame.width = '500';
    frame.height = '700';
    document.body.append(frame);
    const page = frame.contentDocument;
    if (!page) throw new Error('no frame');
    page.documentElement.dir = dir;
    page.body.innerHTML = markup;
    await linkPrestyle(page);
    return page;
  }

  async function upgrade(page: Document): Promise<void> {
    const script = page.createElement('script');
    script.type = 'module';
    script.src = new URL('../../components/define.ts', import.meta.url).href;
    page.head.append(script);
    await waitFor(() => page.querySelector('rec-carousel')?.shadowRoot?.querySelector('section'), 'the upgrade');
    await frames();
  }

  const places = (page: Document): number[][] =>
    [...page.querySelectorAll('rec-carousel, li, img, #after')].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return [x, y, width, height].map((value) => Math.round(value * 100) / 100);
    });

  const cards = ids.map(
    (id) => `<li data-item-id="${id}"><a href="#"><img alt="" src="/none.svg"><span>Item ${id}</span></a></li>`,
  );
  const headings = ['', 'For you', 'Picked for you from everything that we have in the shop today and tomorrow'];

  test.for(['ltr', 'rtl'].flatMap((dir) => headings.map((heading) => [dir, heading] as const)))(
    'nothing moves: %s, heading "%s"',
    async ([dir, heading]) => {
      const page = await openPage(
        `<rec-carousel heading="${heading}"><ol>${cards.join('')}</ol></rec-carousel><p id="after">After</p>`,
        dir,
      );
      await frames();
      const before = places(page);
      expect(before[0][3]).toBeGreaterThan(200);
      await upgrade(page);
      expect(places(page)).toEqual(before);
    },
  );

  test.for(['ltr', 'rtl'])('a list that was scrolled before stays scrolled: %s', async (dir) => {
    const page = await openPage(`<rec-carousel heading="For you"><ol>${cards.join('')}</ol></rec-carousel>`, dir);
    query(page, 'ol').scrollLeft = dir === 'rtl' ? -384 : 384;
    await frames();
    const before = places(page);
    await upgrade(page);
    expect(places(page)).toEqual(before);
  });

  test('a link that had focus before keeps it', async () => {
    const page = await openPage(`<rec-carousel heading="For you"><ol>${cards.join('')}</ol></rec-carousel>`, 'ltr');
    const link = query(page, 'li:nth-child(2) a');
    link.focus();
    await upgrade(page);
    expect(page.activeElement).toBe(link);
  });

  test('src reserves its height before the script, too', async () => {
    const page = await openPage(
      '<rec-carousel heading="For you" src="/never"></rec-carousel><p id="after">After</p>',
      'ltr',
    );
    const { height } = query(page, 'rec-carousel').getBoundingClientRect();
    // The skeleton is the final size: carousel.test.ts compares it with the cards.
    const Frame = page.defaultView;
    if (Frame) Frame.fetch = () => new Promise(() => undefined);
    await upgrade(page);
    await waitFor(() => page.querySelector('rec-carousel')?.shadowRoot?.querySelector('.skeleton'), 'the skeleton');
    expect(query(page, 'rec-carousel').getBoundingClientRect().height).toBeCloseTo(height, 1);
  });
});
