import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { type Message, type RecMessages, setMessages } from '../../components/messages.ts';
import { MESSAGES_AR } from '../../components/messages/ar.ts';
import { MESSAGES_DE } from '../../components/messages/de.ts';
import { MESSAGES_EN } from '../../components/messages/en.ts';
import type { RecControls } from '../../components/rec-controls.ts';
import { query, waitFor } from './carousel-fixture.ts';
import { SENDING, visit } from './consent-fixture.ts';
import { countsOf, mountControls, part, press, setPrivacyControl, textOf, violationsOf } from './controls-fixture.ts';
import { NOON, createNet, openKit } from './kit-fixture.ts';

beforeAll(() => page.viewport(1000, 900));
afterEach(() => {
  setMessages({});
  document.body.replaceChildren();
  document.documentElement.removeAttribute('style');
  document.documentElement.dir = '';
  localStorage.clear();
});

const open = async (controls: RecControls): Promise<void> => {
  query(controls.shadowRoot, 'summary').click();
  await waitFor(() => controls.shadowRoot?.querySelector('ol'), 'the list');
};

/** Every state that looks different, by name. */
const STATES: Record<string, () => Promise<RecControls>> = {
  'all on, sections hidden, list open, erasing asked about': async () => {
    const kit = openKit({ ...SENDING, fetch: createNet().fetch });
    await visit(kit);
    await kit.hide('home', true, 'Recommendations-for-you-and-everybody-else-in-the-house');
    await kit.hide('cart', true);
    const controls = await mountControls(kit);
    await open(controls);
    part(controls, 'erase').click();
    await controls.updateComplete;
    return controls;
  },
  denied: () => mountControls(openKit({ consent: 'denied' })),
  pending: () => mountControls(openKit({ ...SENDING, fetch: createNet().fetch, consent: 'pending' })),
  'Global Privacy Control': async () => {
    const stop = setPrivacyControl();
    try {
      return await mountControls(openKit());
    } finally {
      stop();
    }
  },
  'no kit': () => mountControls(null),
  erased: async () => {
    const controls = await mountControls(openKit());
    part(controls, 'erase').click();
    await controls.updateComplete;
    await press(controls, 'eraseNow');
    return controls;
  },
};

describe.each(Object.entries(STATES))('%s', (_, mount) => {
  test.each(['light', 'dark'])('no violation that axe-core knows, %s', async (scheme) => {
    document.documentElement.style.colorScheme = scheme;
    document.documentElement.style.background = 'Canvas';
    const controls = await mount();
    expect(await violationsOf(controls)).toEqual([]);
  });

  test('nothing is too small to hit, too wide for 320 px, or styled by an attribute', async () => {
    const controls = await mount();
    query(document, '#box').style.inlineSize = '288px';
    for (const dir of ['ltr', 'rtl']) {
      document.documentElement.dir = dir;
      const box = query(document, '#box').getBoundingClientRect();
      for (const element of controls.shadowRoot?.querySelectorAll('*') ?? []) {
        const { left, right, width, height } = element.getBoundingClientRect();
        if (element.matches('style, link')) continue;
        expect(left >= box.left - 0.5 && right <= box.right + 0.5, element.outerHTML).toBe(true);
        if (element.matches('button, summary')) expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
      }
      expect(controls.shadowRoot?.querySelector('[style], style')).toBeNull();
    }
  });
});

test('axe-core looks into the element', async () => {
  const controls = await mountControls(null);
  query(controls.shadowRoot, 'section').append(document.createElement('img'));
  expect(await violationsOf(controls)).toEqual(['image-alt: <img>']);
});

describe('messages', () => {
  const mountVisited = async (): Promise<RecControls> => {
    const kit = openKit({ ...SENDING, fetch: createNet().fetch });
    await kit.import(Array.from({ length: 8 }, (_, i) => ({ kind: 'view', itemId: `p${String(i)}`, at: NOON - 1 })));
    await visit(kit);
    await kit.hide('cart', true, '12');
    const controls = await mountControls(kit);
    await open(controls);
    return controls;
  };

  test('every word of the element comes from the pack', async () => {
    const bracket = (message: Message): Message =>
      typeof message === 'string'
        ? `⟦${message}⟧`
        : (Object.fromEntries(Object.entries(message).map(([name, text]) => [name, `⟦${text}⟧`])) as Message);
    const { reasons, ...texts } = MESSAGES_EN;
    const pack = Object.fromEntries(Object.entries(texts).map(([key, message]) => [key, bracket(message)]));
    setMessages({ ...(pack as unknown as RecMessages), reasons });
    const controls = await mountVisited();
    part(controls, 'erase').click();
    await controls.updateComplete;
    const walker = document.createTreeWalker(controls.shadowRoot as ShadowRoot, NodeFilter.SHOW_TEXT);
    const rest: string[] = [];
    while (walker.nextNode() !== null) {
      const text = walker.currentNode.textContent ?? '';
      if (/[a-z]/i.test(text.replace(/⟦[^⟧]*⟧/g, ''))) rest.push(text);
    }
    // of dates, which Intl writes
    expect(rest.filter((text) => !/^(Jan 7, 2026, .*(AM|PM))$/.test(text.trim()))).toEqual([]);
    expect(controls.shadowRoot?.querySelector('[aria-label], [title], [placeholder]')).toBeNull();
  });

  test('a page’s pack, an element’s own words over it, and plurals and dates of the language', async () => {
    const controls = await mountVisited();
    expect(countsOf(controls)[0]).toBe('12 things you did here');
    setMessages(MESSAGES_AR);
    await controls.updateComplete;
    // with the digits that the engine takes for this language
    const [twelve, nine] = [12, 9].map((count) => new Intl.NumberFormat('ar').format(count));
    expect(countsOf(controls).slice(0, 2)).toEqual([`${twelve} إجراءً قمت به هنا`, `${nine} منتجات تعاملت معها`]);
    expect(query(controls.shadowRoot, 'ol > li').textContent).toContain('\u2068');
    setMessages(MESSAGES_DE);
    controls.messages = { erase: 'Alles vergessen' };
    await controls.updateComplete;
    expect(query(controls.shadowRoot, 'ol > li').textContent).toContain('07.01.2026');
    expect([textOf(controls, '[part~=erase]'), textOf(controls, '[part~=download]')]).toEqual([
      'Alles vergessen',
      'Herunterladen',
    ]);
  });
});
