import type { RecCarousel } from '../../components/rec-carousel.ts';
import type { Kit } from '../../src/kit/types.ts';
import { itemOf, listMarkup, manyIds, mount, shownIds, waitFor } from './carousel-fixture.ts';
import { openKit } from './kit-fixture.ts';

/** Of the items that `openShelf` shows. */
export const ids = manyIds(12);
export const visible = (carousel: Element): string[] => shownIds(carousel).filter((id) => !itemOf(carousel, id).hidden);
export const buttonOf = (carousel: RecCarousel, id: string, action: 'dismiss' | 'why'): Promise<HTMLElement> =>
  waitFor(() => itemOf(carousel, id).querySelector<HTMLElement>(`[data-rec-action=${action}]`), `${action} of ${id}`);
export const inShadow = (carousel: RecCarousel, selector: string): Promise<HTMLElement> =>
  waitFor(() => carousel.shadowRoot?.querySelector<HTMLElement>(selector), selector);

/** Presses the button of the bar, the popover or the note that has this text. */
export async function press(carousel: RecCarousel, text: string): Promise<void> {
  const find = (): HTMLElement | undefined =>
    [...(carousel.shadowRoot?.querySelectorAll<HTMLElement>('button') ?? [])].find((one) =>
      one.textContent.trim().includes(text),
    );
  (await waitFor(find, `a button "${text}"`)).click();
}

/** A carousel over a real kit, and what its events told. */
export async function openShelf(kit: Kit = openKit(), attributes = '') {
  const carousel = mount(listMarkup(ids), attributes);
  const events: [name: string, detail: unknown][] = [];
  for (const name of ['rec-dismiss', 'rec-undo', 'rec-problem'])
    carousel.addEventListener(name, (event) => events.push([name, (event as CustomEvent).detail]));
  carousel.kit = kit;
  await waitFor(() => carousel.slate, 'a slate');
  return { carousel, kit, events };
}
