import { afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { setMessages } from '../../components/messages.ts';
import { MESSAGES_DE } from '../../components/messages/de.ts';
import { buttonOf, ids, inShadow, openShelf, press, visible } from './actions-fixture.ts';
import {
  createRankingKit,
  frames,
  itemOf,
  linkPrestyle,
  listMarkup,
  mount,
  query,
  shadow,
  waitFor,
  waitForState,
} from './carousel-fixture.ts';
import { newName, openKit } from './kit-fixture.ts';

beforeAll(() => linkPrestyle());
afterEach(() => {
  document.body.replaceChildren();
  localStorage.clear();
  setMessages({});
});

describe('not interested', () => {
  test('one press hides the item, refills its place, moves nothing else, and is stored', async () => {
    const { carousel, kit, events } = await openShelf();
    const before = visible(carousel);
    const [first, second, third] = before;
    const places = [first, third].map((id) => itemOf(carousel, id).getBoundingClientRect().left);
    const button = await buttonOf(carousel, second, 'dismiss');
    expect(button.getAttribute('aria-label')).toBe(`Not interested in Item ${second}`);
    const { width, height } = button.getBoundingClientRect();
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
    button.click();
    await waitFor(() => itemOf(carousel, second).hidden, 'the item to go');
    expect([visible(carousel).length, visible(carousel)[0], visible(carousel)[2]]).toEqual([11, first, third]);
    expect([first, third].map((id) => itemOf(carousel, id).getBoundingClientRect().left)).toEqual(places);
    await vi.waitFor(async () => expect((await kit.signals(1))[0]).toMatchObject({ kind: 'dismiss', itemId: second }));
    await waitFor(() => carousel.slate?.left.some(({ itemId }) => itemId === second), 'a slate without it');
    expect(events).toEqual([['rec-dismiss', expect.objectContaining({ itemId: second, position: 1 })]]);
    // links are not blocked, and the press was none of them
    expect((await kit.signals()).filter(({ kind }) => kind === 'click')).toEqual([]);
  });

  test('a kit that throws or rejects is no error of the page, which goes on', async () => {
    const { carousel, kit } = await openShelf();
    const [, second] = visible(carousel);
    const unhandled = vi.fn();
    window.addEventListener('unhandledrejection', unhandled);
    onTestFinished(() => window.removeEventListener('unhandledrejection', unhandled));
    const rejects = (): Promise<never> => Promise.reject(new Error('broken'));
    const undo = (): never => {
      throw new Error('broken');
    };
    let hides = 0;
    const hide = async (): Promise<never> => rejects().finally(() => (hides += 1));
    // not spies, which handle what they reject with
    Object.assign(kit, { record: rejects, giveReason: rejects, hide, undo });
    const slate = vi.spyOn(kit, 'slate');
    const rankedAnew = (times: number): Promise<true> =>
      waitFor(() => slate.mock.calls.length === times, `ranking ${String(times)}`);
    (await buttonOf(carousel, second, 'dismiss')).click();
    await rankedAnew(1);
    expect(itemOf(carousel, second).hidden).toBe(true);
    (await inShadow(carousel, '.bar [aria-pressed]')).click();
    await press(carousel, 'Undo');
    await rankedAnew(2);
    expect(itemOf(carousel, second).hidden).toBe(false);
    (await buttonOf(carousel, second, 'why')).click();
    await press(carousel, 'Hide this section');
    await waitFor(() => hides === 1, 'the section to be hidden in vain');
    await frames();
    expect([unhandled.mock.calls, carousel.getAttribute('state')]).toEqual([[], 'server']);
  });

  test('undo has the focus, and brings item, place and focus back', async () => {
    const { carousel, kit, events } = await openShelf();
    const before = visible(carousel);
    const button = await buttonOf(carousel, before[1], 'dismiss');
    button.focus();
    button.click();
    const bar = await inShadow(carousel, '.bar');
    await waitFor(() => carousel.shadowRoot?.activeElement?.textContent.includes('Undo'), 'the focus on Undo');
    expect(shadow(carousel, '.status').textContent).toBe(`Item ${before[1]} is hidden.`);
    expect(bar.textContent).toContain(`Item ${before[1]} is hidden.`);
    await waitFor(() => carousel.slate?.left.length === 1, 'a slate without it');
    await press(carousel, 'Undo');
    await waitFor(() => !itemOf(carousel, before[1]).hidden, 'the item');
    expect(visible(carousel).slice(0, 3)).toEqual(before.slice(0, 3));
    await waitFor(() => document.activeElement === button, 'the focus on the button of the item');
    await waitFor(() => carousel.slate?.left.length === 0, 'a slate with it');
    expect(visible(carousel).slice(0, 3)).toEqual(before.slice(0, 3));
    expect([
      (await kit.signals()).filter(({ kind }) => kind === 'dismiss'),
      carousel.shadowRoot?.querySelector('.bar'),
    ]).toEqual([[], null]);
    expect([events.at(-1), shadow(carousel, '.status').textContent]).toEqual([
      ['rec-undo', { itemId: before[1] }],
      `Item ${before[1]} is back.`,
    ]);
  });

  test('what was just undone can be dismissed again at once, and the late undo does not take that back', async () => {
    const { carousel, kit, events } = await openShelf();
    const [, second] = visible(carousel);
    const button = await buttonOf(carousel, second, 'dismiss');
    button.click();
    await waitFor(() => carousel.slate?.left.length === 1, 'a slate without it');
    const undo = kit.undo.bind(kit);
    let stored: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (stored = resolve));
    const undone = vi.spyOn(kit, 'undo').mockImplementation(async (itemId) => held.then(() => undo(itemId)));
    await press(carousel, 'Undo');
    await waitFor(() => undone.mock.calls.length === 1 && !itemOf(carousel, second).hidden, 'the item');
    button.click();
    await waitFor(() => itemOf(carousel, second).hidden, 'the item to go again');
    stored();
    await Promise.all(undone.mock.results.map(({ value }) => value as Promise<unknown>));
    await vi.waitFor(async () =>
      expect((await kit.signals()).filter(({ kind }) => kind === 'dismiss')).toMatchObject([{ itemId: second }]),
    );
    await waitFor(() => carousel.slate?.left.some(({ itemId }) => itemId === second), 'a slate without it');
    expect(itemOf(carousel, second).hidden).toBe(true);
    expect(events.map(([name]) => name)).toEqual(['rec-dismiss', 'rec-undo', 'rec-dismiss']);
    expect(events[2]?.[1]).toEqual(events[0]?.[1]);
  });

  test.each(['ltr', 'rtl'])('does not scroll, wherever the scroller is: %s', async (dir) => {
    const { carousel } = await openShelf(openKit(), `dir="${dir}"`);
    const scroller = shadow(carousel, '.scroller');
    scroller.scrollTo({ left: dir === 'rtl' ? -384 : 384, behavior: 'instant' });
    await frames();
    const { scrollLeft } = scroller;
    const button = await buttonOf(carousel, visible(carousel)[3], 'dismiss');
    button.focus({ preventScroll: true });
    button.click();
    await waitFor(() => carousel.slate?.left.length === 1, 'a slate without it');
    await frames();
    expect([Math.abs(scrollLeft), scroller.scrollLeft]).toEqual([384, scrollLeft]);
  });

  test('a reason is told and kept with the dismissal; closing goes on with what took the place', async () => {
    const { carousel, kit, events } = await openShelf();
    const [first] = visible(carousel);
    (await buttonOf(carousel, first, 'dismiss')).click();
    await waitFor(() => carousel.slate?.left.length === 1, 'a slate without it');
    await press(carousel, 'Shown too often');
    await vi.waitFor(async () =>
      expect((await kit.signals(1))[0]).toMatchObject({ kind: 'dismiss', reason: 'tooOften' }),
    );
    expect(events.at(-1)).toEqual(['rec-dismiss', expect.objectContaining({ itemId: first, reason: 'tooOften' })]);
    const pressed = await waitFor(() => carousel.shadowRoot?.querySelector('[aria-pressed=true]'), 'the pressed one');
    expect(pressed.textContent.trim()).toBe('Shown too often');
    (await inShadow(carousel, '.bar .close')).click();
    expect(document.activeElement).toBe(query(itemOf(carousel, visible(carousel)[0]), 'a'));
    await waitFor(() => carousel.shadowRoot?.querySelector('.bar') === null, 'the end of the bar');
  });

  test('the next page knows', async () => {
    const storageName = newName();
    const { carousel } = await openShelf(openKit({ storageName }));
    const [first] = visible(carousel);
    (await buttonOf(carousel, first, 'dismiss')).click();
    await waitFor(() => carousel.slate?.left.length === 1, 'a slate without it');
    const next = await openShelf(openKit({ storageName }));
    expect(visible(next.carousel)).not.toContain(first);
  });
});

describe('the buttons', () => {
  test.each([
    ['', ['why', 'dismiss']],
    ['actions="dismiss"', ['dismiss']],
    ['actions="why"', ['why']],
  ])('are those that are asked for: %s', async (attributes, wanted) => {
    const { carousel } = await openShelf(openKit(), attributes);
    await buttonOf(carousel, visible(carousel)[0], wanted[0] as 'why');
    const found = itemOf(carousel, visible(carousel)[0]).querySelectorAll<HTMLElement>('[data-rec-action]');
    expect([...found].map(({ dataset }) => dataset['recAction'])).toEqual(wanted);
  });

  test('are none without a kit, or where none are asked for, and take no place', async () => {
    const quiet = mount(listMarkup(ids));
    await waitForState(quiet, 'server');
    const { height } = itemOf(quiet, 'i0').getBoundingClientRect();
    await frames(8);
    expect(quiet.querySelector('[data-rec-action]')).toBeNull();
    const { carousel } = await openShelf(openKit(), 'actions="none"');
    await frames(8);
    expect(carousel.querySelector('[data-rec-action]')).toBeNull();
    const shown = (await openShelf()).carousel;
    await buttonOf(shown, visible(shown)[0], 'why');
    expect(itemOf(shown, visible(shown)[0]).getBoundingClientRect().height).toBe(height);
  });

  test('lie over the picture in a shadow root of the site, too, whose own style sheets stay', async () => {
    const own = new CSSStyleSheet();
    const { carousel } = await openShelf();
    const root = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [own];
    root.append(query(document, '#box'));
    const button = await buttonOf(carousel, visible(carousel)[0], 'dismiss');
    await waitFor(() => getComputedStyle(button).position === 'absolute', 'the style of the button');
    expect([button.offsetParent, root.adoptedStyleSheets[0]]).toEqual([itemOf(carousel, visible(carousel)[0]), own]);
    expect([root.adoptedStyleSheets.length, button.offsetHeight]).toEqual([2, 32]);
  });

  test('speak the language of the page', async () => {
    setMessages(MESSAGES_DE);
    const { carousel } = await openShelf();
    const [first] = visible(carousel);
    const button = await buttonOf(carousel, first, 'dismiss');
    expect(button.getAttribute('aria-label')).toBe(`Kein Interesse an Item ${first}`);
    expect(query(carousel.shadowRoot, '[part~=next]').getAttribute('aria-label')).toBe('Weiter');
    button.click();
    expect((await inShadow(carousel, '.bar')).textContent).toContain('Rückgängig');
  });
});

test('a kit of no use: the buttons of a slate that is gone do nothing', async () => {
  const { carousel } = await openShelf(createRankingKit(ids));
  const button = await buttonOf(carousel, 'i0', 'dismiss');
  carousel.kit = null;
  await waitForState(carousel, 'server');
  button.click();
  await frames(8);
  expect(itemOf(carousel, 'i0').hidden).toBe(false);
});
