import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { buttonOf, ids, inShadow, openShelf, visible } from './actions-fixture.ts';
import {
  candidate,
  createFakeKit,
  createRankingKit,
  createSlate,
  frames,
  linkPrestyle,
  query,
  waitFor,
} from './carousel-fixture.ts';
import { openKit } from './kit-fixture.ts';

beforeAll(() => linkPrestyle());
afterEach(() => {
  document.body.replaceChildren();
  localStorage.clear();
});

test('shows the true reasons, and takes one out of ranking', async () => {
  const kit = openKit();
  kit.describe(ids.map((id) => candidate(id, { category: id === 'i1' ? 'c' : 'd' })));
  const { carousel } = await openShelf(kit);
  const [first] = visible(carousel);
  const reasons = vi.spyOn(kit, 'reasons').mockResolvedValue(
    new Map([
      [
        first,
        [
          { kind: 'event', effect: 1, signal: { seq: 1, kind: 'view', itemId: 'i3', at: 0 } },
          { kind: 'popular', effect: 0.5 },
        ],
      ],
    ]),
  );
  const ignore = vi.spyOn(kit, 'ignore').mockResolvedValue(null);
  const button = await buttonOf(carousel, first, 'why');
  button.click();
  const why = (await inShadow(carousel, 'rec-why')) as HTMLElementTagNameMap['rec-why'];
  await waitFor(() => why.shadowRoot?.querySelector('li'), 'the reasons');
  expect(query(carousel.shadowRoot, '#why').matches(':popover-open')).toBe(true);
  const texts = [...(why.shadowRoot?.querySelectorAll('li') ?? [])].map((item) =>
    item.textContent.replace(/\s+/g, ' ').trim(),
  );
  expect(texts[0]).toMatch(/^Because you viewed Item i3 .* ago Not this reason$/);
  expect([texts[1], reasons.mock.calls[0]?.[1]]).toEqual(['Popular now', 1]);
  query(why.shadowRoot, 'button').click();
  await waitFor(() => why.shadowRoot?.querySelectorAll('li').length === 1, 'the reason to go');
  expect([ignore.mock.calls.length, query(why.shadowRoot, '[role=status]').textContent.trim()]).toEqual([
    1,
    'This reason no longer counts.',
  ]);
  query(carousel.shadowRoot, '#why .close').click();
  expect(document.activeElement).toBe(button);
});

test('asks the slate that put the item there, and not one that has only kept it', async () => {
  const kit = createFakeKit((_, { kept = [] }, call) => {
    const slate = createSlate(ids, { slateId: `slate-${String(call)}` });
    const stepOf = (at: number) => (kept[at] ? ('kept' as const) : ('ranked' as const));
    const items = slate.items.map((item, at) => ({ ...item, trail: [{ step: stepOf(at) }] }));
    return Promise.resolve({ ...slate, items });
  });
  const reasons = vi.spyOn(kit, 'reasons');
  const { carousel } = await openShelf(kit);
  await buttonOf(carousel, 'i0', 'why');
  window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  await waitFor(() => carousel.slate?.slateId === 'slate-2', 'a second slate');
  (await buttonOf(carousel, 'i0', 'why')).click();
  await waitFor(() => reasons.mock.calls.length > 0, 'the question');
  expect([carousel.slate?.items[0]?.trail[0]?.step, reasons.mock.calls[0]?.[0].slateId]).toEqual(['kept', 'slate-1']);
});

test.each(['inset: auto 0 2rem auto', 'inset: auto auto 2rem 0', 'inset: 0 auto auto 0'])(
  'lies within the window, wherever its button is: %s',
  async (place) => {
    const { carousel } = await openShelf(createRankingKit(ids));
    const box = query(document, '#box');
    box.style.cssText = `position: fixed; inline-size: 300px; ${place}`;
    const [first] = visible(carousel);
    (await buttonOf(carousel, first, 'why')).click();
    const popover = await inShadow(carousel, '#why:popover-open');
    await inShadow(carousel, 'rec-why');
    await frames();
    const { left, top, right, bottom, width } = popover.getBoundingClientRect();
    expect(width).toBeGreaterThan(200);
    // Firefox has it at fractions of a pixel
    const room = [left, top, innerWidth - right, innerHeight - bottom].map(Math.round);
    expect(Math.min(...room), room.join(' ')).toBeGreaterThanOrEqual(0);
  },
);

test('says where no reason is known', async () => {
  const kit = createRankingKit(ids);
  const { carousel } = await openShelf(kit);
  (await buttonOf(carousel, 'i0', 'why')).click();
  const why = await inShadow(carousel, 'rec-why');
  await waitFor(() => why.shadowRoot?.textContent.includes('The reason is not known.'), 'that it is not known');
});
