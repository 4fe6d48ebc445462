import '../../components/define.ts';
import { type AxeResults, run as runAxe } from 'axe-core';
import type { RecControls } from '../../components/rec-controls.ts';
import type { Kit } from '../../src/kit/types.ts';
import { query, waitFor } from './carousel-fixture.ts';

/** Puts `<rec-controls>` into the page, in a box of this width, and waits until it shows more than what is slotted. */
export async function mountControls(kit: Kit | null, widthPx = 600): Promise<RecControls> {
  document.body.innerHTML = '<main id="box"><rec-controls><a href="/privacy">Privacy</a></rec-controls></main>';
  query(document, '#box').style.inlineSize = `${String(widthPx)}px`;
  const controls = query(document, 'rec-controls') as RecControls;
  controls.kit = kit;
  await waitFor(() => controls.shadowRoot?.querySelector('section'), 'the panel');
  if (kit !== null)
    await waitFor(() => controls.shadowRoot?.querySelector('ul:not(.hidden, .sections)'), 'what is stored');
  return controls;
}

export const part = (controls: RecControls, name: string): HTMLElement => query(controls.shadowRoot, `[part~=${name}]`);

export const switchOf = (controls: RecControls, purpose: string): HTMLElement =>
  query(controls.shadowRoot, `[role=switch][aria-labelledby=${purpose}]`);

/** `true`, `false`, of a switch that cannot be changed `locked`, or `asked`. */
export const statesOf = (controls: RecControls): (string | null)[] =>
  ['personalisation', 'measurement', 'training'].map((purpose) => {
    const found = controls.shadowRoot?.querySelector(`[role=switch][aria-labelledby=${purpose}]`);
    if (!found) return 'asked';
    return found.getAttribute('aria-disabled') === 'true' ? 'locked' : found.getAttribute('aria-checked');
  });

export const textOf = (controls: RecControls, selector: string): string =>
  query(controls.shadowRoot, selector).textContent.trim().replace(/\s+/g, ' ');

export const countsOf = (controls: RecControls): string[] =>
  [...(controls.shadowRoot?.querySelectorAll('ul:not(.sections) > li') ?? [])].map((line) => line.textContent);

/** Presses the button of this part and waits until the element says that it is done. */
export async function press(controls: RecControls, name: string): Promise<void> {
  part(controls, name).click();
  await settled(controls);
}

export const settled = async (controls: RecControls): Promise<void> => {
  await controls.updateComplete;
  await waitFor(() => controls.shadowRoot?.querySelector('[role=status]:not(.busy)'), 'an end of what is done');
};

export const focused = (controls: RecControls): string | null | undefined =>
  controls.shadowRoot?.activeElement?.getAttribute('part');

/** What axe-core finds against it, by rule and element. */
export async function violationsOf(root: Element): Promise<string[]> {
  const { violations }: AxeResults = await runAxe(root);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** Sets Global Privacy Control for the kits and elements that follow; returns what takes it back. */
export function setPrivacyControl(): () => void {
  Object.defineProperty(navigator, 'globalPrivacyControl', { value: true, configurable: true });
  return () => void Reflect.deleteProperty(navigator, 'globalPrivacyControl');
}

/** A promise that a test ends. */
export function withResolvers<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
