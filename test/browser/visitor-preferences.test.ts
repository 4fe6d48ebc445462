// in Chromium alone, whose own protocol tells a page what its visitor has asked the system for
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { cdp, userEvent } from 'vitest/browser';
import type { RecCarousel } from '../../components/rec-carousel.ts';
import { linkPrestyle, listMarkup, manyIds, mount, query, shadow, waitFor } from './carousel-fixture.ts';
import { mountControls, part, switchOf } from './controls-fixture.ts';
import { openKit } from './kit-fixture.ts';

beforeAll(() => linkPrestyle());
afterEach(async () => {
  document.body.replaceChildren();
  localStorage.clear();
  vi.unstubAllGlobals();
  await cdp().send('Emulation.setEmulatedMedia', { features: [] });
});

async function prefer(name: 'forced-colors' | 'prefers-reduced-motion', value: string): Promise<void> {
  await cdp().send('Emulation.setEmulatedMedia', { features: [{ name, value }] });
  expect(matchMedia(`(${name}: ${value})`).matches).toBe(true);
}

/** More cards than fit, with Next to be pressed. */
async function mountLong(): Promise<{ carousel: RecCarousel; scroller: HTMLElement; next: HTMLElement }> {
  const carousel = mount(listMarkup(manyIds(12)));
  await waitFor(() => carousel.shadowRoot?.querySelector('[part~=next][aria-disabled=false]'), 'a way on');
  return { carousel, scroller: shadow(carousel, '.scroller'), next: shadow(carousel, '[part~=next]') };
}

describe('forced colours', () => {
  /** As this page has it: the colours are the visitor’s. */
  const systemColor = (name: string): string => {
    const probe = document.body.appendChild(document.createElement('span'));
    probe.style.color = name;
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
  /** What is seen of it where neither backgrounds nor colours of ours are. */
  const edgeOf = (element: Element): object => {
    const { borderStyle, borderWidth, borderColor, color } = getComputedStyle(element);
    return { borderStyle, borderWidth, borderColor, color };
  };
  const edge = (border: string, text: string): object => ({
    ...{ borderStyle: 'solid', borderWidth: '1px' },
    ...{ borderColor: systemColor(border), color: systemColor(text) },
  });
  const pressable = (): object => edge('ButtonBorder', 'ButtonText');
  const off = (): object => edge('GrayText', 'GrayText');
  const expectOutline = (element: Element): void => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
    expect([outlineStyle, outlineWidth]).toEqual(['solid', '2px']);
    expect(outlineColor).not.toBe(systemColor('Canvas'));
  };

  test('of the carousel’s buttons the one that leads nowhere is told from the other, and focus is seen', async () => {
    await prefer('forced-colors', 'active');
    const { carousel, next } = await mountLong();
    const previous = shadow(carousel, '[part~=previous]');
    expect(off()).not.toEqual(pressable());
    expect([edgeOf(previous), edgeOf(next)]).toEqual([off(), pressable()]);
    await userEvent.tab();
    expect(carousel.shadowRoot?.activeElement).toBe(previous);
    expectOutline(previous);
    await userEvent.tab();
    expectOutline(next);
    await userEvent.tab();
    expectOutline(shadow(carousel, '.scroller'));
  });

  test('cards that are waited for are seen, and are no larger', async () => {
    vi.stubGlobal('fetch', () => new Promise(() => undefined));
    const carousel = mount('', 'src="/candidates"');
    const card = await waitFor(() => carousel.shadowRoot?.querySelector('.card'), 'a skeleton');
    const sizesOf = (): number[] =>
      [...card.children].flatMap(({ clientWidth, clientHeight, clientLeft, clientTop }) => [
        clientWidth + 2 * clientLeft,
        clientHeight + 2 * clientTop,
      ]);
    const before = sizesOf();
    await prefer('forced-colors', 'active');
    expect(systemColor('GrayText')).not.toBe(systemColor('Canvas'));
    for (const line of card.children) expect(edgeOf(line)).toMatchObject(edge('GrayText', 'CanvasText'));
    expect(sizesOf()).toEqual(before);
  });

  test('of the controls’ buttons and switches those that cannot be changed are told from the others', async () => {
    await prefer('forced-colors', 'active');
    const controls = await mountControls(
      openKit({ consent: { personalisation: 'granted', measurement: 'denied', training: 'denied' } }),
    );
    const [on, not, locked] = ['personalisation', 'measurement', 'training'].map((name) => switchOf(controls, name));
    expect([on, not, locked].map(edgeOf)).toEqual([pressable(), pressable(), off()]);
    // by where its knob is, as no colour says it
    const roomBeforeKnob = [on, not].map((one) => getComputedStyle(query(one, 'i')).paddingInlineStart);
    expect(roomBeforeKnob).toEqual(['20px', '2px']);
    expect(edgeOf(part(controls, 'erase'))).toEqual(pressable());
    await userEvent.tab();
    expect(controls.shadowRoot?.activeElement).toBe(on);
    expectOutline(on);
  });
});

describe('reduced motion', () => {
  const left = (scroller: HTMLElement): number => Math.round(scroller.scrollLeft);

  test('the carousel is where it was sent to at once, by a button and by a key', async () => {
    await prefer('prefers-reduced-motion', 'reduce');
    const { scroller, next } = await mountLong();
    next.click();
    // three cards of 176 px and their gaps of 16 px
    expect(left(scroller)).toBe(576);
    scroller.focus();
    await userEvent.keyboard('{End}');
    expect(left(scroller)).toBe(scroller.scrollWidth - scroller.clientWidth);
  });

  test('without it, it travels', async () => {
    await prefer('prefers-reduced-motion', 'no-preference');
    const { scroller, next } = await mountLong();
    next.click();
    expect(left(scroller)).toBe(0);
    await waitFor(() => left(scroller) === 576, 'the end of its way');
  });
});
