import { findCards } from './cards.ts';

const nextFrame = (): Promise<number> => new Promise(requestAnimationFrame);
const placeOf = (element: Element | undefined): string => {
  const { left = 0, top = 0 } = element?.getBoundingClientRect() ?? {};
  return `${left.toFixed(1)} ${top.toFixed(1)}`;
};

/** Resolves when an element has stood still for so long, or after `limitMs`: what never stands still is settled by then. */
export async function settled(find: () => Element | undefined, quietMs: number, limitMs = 10_000): Promise<void> {
  const start = performance.now();
  let [last, since] = ['', start];
  for (let now = start; now - start < limitMs; now = await nextFrame()) {
    const element = find();
    const place = placeOf(element);
    if (place !== last) [last, since] = [place, now];
    else if (element !== undefined && now - since >= quietMs) return;
  }
}

/** Resolves when there are cards and the first of them stands still. */
export const cardsSettled = (quietMs: number): Promise<void> => settled(() => findCards()[0], quietMs);

/** In how many frames of so many milliseconds the first card stands elsewhere than in the frame before. */
export async function countMoves(ms: number): Promise<number> {
  const [card] = findCards();
  const start = performance.now();
  let moves = 0;
  let last = placeOf(card);
  for (let now = start; now - start < ms; now = await nextFrame()) {
    const place = placeOf(card);
    if (place !== last) moves++;
    last = place;
  }
  return moves;
}
