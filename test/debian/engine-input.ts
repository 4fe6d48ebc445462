// Before each test file, in the page: `userEvent.click`, `dblClick` and `hover` are done by the engine's own pointer.
import { beforeEach } from 'vitest';
import { type Locator, type UserEventClickOptions, commands, page } from 'vitest/browser';

/** In CSS px of the window around the frame that the tests run in. */
function findCentre(element: Element): [number, number] {
  element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
  const { x, y, width, height } = element.getBoundingClientRect();
  const frame = window.frameElement?.getBoundingClientRect() ?? new DOMRect();
  return [frame.x + x + width / 2, frame.y + y + height / 2];
}

async function click(element: Element, times: number, options: UserEventClickOptions = {}): Promise<void> {
  const { button = 'left', modifiers = [] } = options;
  if (button !== 'left') throw new Error('WebKitWebDriver lets go of the left button alone: dispatch the event');
  await commands.clickAt(findCentre(element), { times, heldKeys: modifiers });
}

const locate = (element: Element): Pick<Locator, 'click' | 'dblClick' | 'hover'> => ({
  click: (options) => click(element, 1, options),
  dblClick: (options) => click(element, 2, options),
  hover: () => commands.moveTo(findCentre(element)),
});

page.extend({ elementLocator: locate as (element: Element) => Locator });

// keys go to the frame that has the focus
beforeEach(() => window.focus());
