import { afterEach, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { setMessages } from '../../components/messages.ts';
import { MESSAGES_AR } from '../../components/messages/ar.ts';
import { MESSAGES_DE } from '../../components/messages/de.ts';
import type { RecControls } from '../../components/rec-controls.ts';
import { listMarkup, manyIds, mount, query, waitForState } from './carousel-fixture.ts';
import { mountControls, settled, textOf } from './controls-fixture.ts';
import { newName, openKit } from './kit-fixture.ts';

afterEach(() => {
  document.body.replaceChildren();
  localStorage.clear();
  setMessages({});
});

const rows = (controls: RecControls): HTMLElement[] => [
  ...(controls.shadowRoot?.querySelectorAll<HTMLElement>('.sections > li') ?? []),
];
const namesOf = (controls: RecControls): string[] => rows(controls).map((row) => query(row, 'span').textContent.trim());
const buttonAt = (controls: RecControls, at: number): HTMLElement => query(rows(controls).at(at) ?? null, 'button');
const nameOf = (controls: RecControls, button: HTMLElement): string =>
  (button.getAttribute('aria-labelledby') ?? '')
    .split(' ')
    .map((id) => textOf(controls, `#${id}`))
    .join(' ');

test('by their headings, else by their names; where none is hidden it says so', async () => {
  const kit = openKit();
  const controls = await mountControls(kit);
  expect([rows(controls), textOf(controls, '#none')]).toEqual([[], 'You have hidden none.']);
  // on this page, and on another one
  await kit.hide('home', true, 'Picked for you');
  await kit.hide('cart-2', true);
  await controls.updateComplete;
  expect([namesOf(controls), controls.shadowRoot?.querySelector('#none')]).toEqual([
    ['Picked for you', 'cart-2'],
    null,
  ]);
  expect(nameOf(controls, buttonAt(controls, 0))).toBe('Show it again Picked for you');
  await kit.erase();
  await controls.updateComplete;
  expect(textOf(controls, '#none')).toBe('You have hidden none.');
});

test('what is shown again is told politely, and the keyboard goes on in the list and at its end', async () => {
  const kit = openKit();
  for (const placement of ['home', 'cart', 'order']) await kit.hide(placement, true);
  const controls = await mountControls(kit);
  const focused = (): string => controls.shadowRoot?.activeElement?.id ?? '';
  const press = async (): Promise<void> => {
    await userEvent.keyboard('{Enter}');
    await settled(controls);
  };
  buttonAt(controls, 1).focus();
  await press();
  expect([namesOf(controls), focused()]).toEqual([['home', 'order'], 'show-1']);
  expect(textOf(controls, '[role=status]')).toBe('The section is shown again.');
  await press();
  expect([namesOf(controls), focused()]).toEqual([['home'], 'show-0']);
  await press();
  expect([namesOf(controls), focused(), kit.hidden().size]).toEqual([[], 'none', 0]);
});

test('the focus stays in the list where another page shows a section again, and nowhere else is it taken', async () => {
  const kit = openKit();
  for (const placement of ['home', 'cart']) await kit.hide(placement, true);
  const controls = await mountControls(kit);
  buttonAt(controls, 1).focus();
  await kit.hide('cart', false);
  await controls.updateComplete;
  expect(controls.shadowRoot?.activeElement).toBe(buttonAt(controls, 0));
  buttonAt(controls, 0).blur();
  await kit.hide('home', false);
  await controls.updateComplete;
  expect([namesOf(controls), controls.shadowRoot?.activeElement]).toEqual([[], null]);
});

test('a carousel of the placement comes back at once, on this page', async () => {
  const kit = openKit({ storageName: newName() });
  await kit.hide('home', true, 'For you');
  const carousel = mount(listMarkup(manyIds(6)));
  carousel.kit = kit;
  await waitForState(carousel, 'hidden');
  const controls = document.createElement('rec-controls');
  controls.kit = kit;
  document.body.append(controls);
  await controls.updateComplete;
  await expect.poll(() => namesOf(controls)).toEqual(['For you']);
  buttonAt(controls, 0).click();
  await waitForState(carousel, 'server');
  expect(carousel.slate).not.toBeNull();
  // and what the carousel is told to hide stands in the list
  await kit.hide('home', true, carousel.heading);
  await waitForState(carousel, 'hidden');
  expect(namesOf(controls)).toEqual(['For you']);
});

test.each([
  [MESSAGES_DE, 'Sie haben keine ausgeblendet.', 'Wieder einblenden home'],
  [MESSAGES_AR, 'لم تُخفِ أي قسم.', 'إظهاره من جديد home'],
])('in the words of the page: %#', async (pack, none, button) => {
  setMessages(pack);
  const kit = openKit();
  const controls = await mountControls(kit);
  expect(textOf(controls, '#none')).toBe(none);
  await kit.hide('home', true);
  await controls.updateComplete;
  expect(nameOf(controls, buttonAt(controls, 0))).toBe(button);
});
