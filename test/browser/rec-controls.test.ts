import { afterEach, describe, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { connectKit } from '../../components/connect-kit.ts';
import type { RecControls } from '../../components/rec-controls.ts';
import { createConsent } from '../../src/core/consent.ts';
import type { Problem } from '../../src/core/problem.ts';
import type { DeviceExport } from '../../src/kit/types.ts';
import { createRankingKit, frames, query, waitFor } from './carousel-fixture.ts';
import { SENDING, visit } from './consent-fixture.ts';
import {
  countsOf,
  focused,
  mountControls,
  part,
  press,
  setPrivacyControl,
  settled,
  statesOf,
  switchOf,
  textOf,
  withResolvers,
} from './controls-fixture.ts';
import { createNet, openKit } from './kit-fixture.ts';

afterEach(() => {
  document.body.replaceChildren();
  localStorage.clear();
});

describe('consent', () => {
  test('a switch for each purpose turns it, by mouse and by keyboard', async () => {
    const kit = openKit({ ...SENDING, fetch: createNet().fetch });
    const controls = await mountControls(kit);
    expect(statesOf(controls)).toEqual(['true', 'true', 'true']);
    switchOf(controls, 'training').click();
    await settled(controls);
    expect([statesOf(controls), kit.consent()]).toMatchObject([['true', 'true', 'false'], { training: 'denied' }]);
    switchOf(controls, 'personalisation').focus();
    await userEvent.keyboard(' ');
    await settled(controls);
    expect([statesOf(controls)[0], kit.consent().personalisation]).toEqual(['false', 'denied']);
    await userEvent.keyboard('{Enter}');
    await settled(controls);
    expect([statesOf(controls)[0], kit.consent().personalisation]).toEqual(['true', 'granted']);
    expect(controls.shadowRoot?.activeElement).toBe(switchOf(controls, 'personalisation'));
  });

  test('switching personalisation off erases, as it says', async () => {
    const kit = openKit();
    await visit(kit);
    const controls = await mountControls(kit);
    expect(countsOf(controls)[0]).toBe('4 things you did here');
    expect(textOf(controls, '#personalisation-hint')).toContain('Switching off erases it');
    switchOf(controls, 'personalisation').click();
    await settled(controls);
    await waitFor(() => countsOf(controls)[0]?.startsWith('0') ?? null, 'nothing to be stored');
    expect((await kit.export()) as DeviceExport).toMatchObject({ signals: [], items: [], slates: [] });
  });

  test('no measurement is no training, also after a later yes', async () => {
    const kit = openKit({ ...SENDING, fetch: createNet().fetch });
    const controls = await mountControls(kit);
    switchOf(controls, 'measurement').click();
    await settled(controls);
    expect(statesOf(controls)).toEqual(['true', 'false', 'locked']);
    switchOf(controls, 'training').click();
    await settled(controls);
    expect(kit.consent()).toMatchObject({ measurement: 'denied', training: 'denied' });
    expect(countsOf(controls).at(-1)).toBe('Nothing about you is sent.');
    switchOf(controls, 'measurement').click();
    await settled(controls);
    expect(statesOf(controls)).toEqual(['true', 'true', 'false']);
    expect(countsOf(controls).at(-1)).toContain('to be sent');
  });

  test('pending: each purpose is asked about, and the answer keeps the focus', async () => {
    const kit = openKit({ ...SENDING, fetch: createNet().fetch, consent: 'pending' });
    const controls = await mountControls(kit);
    expect(statesOf(controls)).toEqual(['asked', 'asked', 'locked']);
    expect(countsOf(controls)).toEqual(['Nothing is read before you answer.']);
    const no = query(controls.shadowRoot, '#personalisation-no');
    no.focus();
    await userEvent.keyboard('{Enter}');
    await settled(controls);
    expect(kit.consent()).toEqual({ ...createConsent('pending'), personalisation: 'denied' });
    expect(controls.shadowRoot?.activeElement).toBe(switchOf(controls, 'personalisation'));
    query(controls.shadowRoot, '#measurement-yes').click();
    await settled(controls);
    expect(statesOf(controls)).toEqual(['false', 'true', 'asked']);
    query(controls.shadowRoot, '#training-yes').click();
    await settled(controls);
    expect(kit.consent()).toMatchObject({ measurement: 'granted', training: 'granted', sync: 'pending' });
  });

  test('Global Privacy Control is shown and cannot be overruled', async () => {
    const stop = setPrivacyControl();
    try {
      const kit = openKit({ ...SENDING, fetch: createNet().fetch, consent: 'pending' });
      const controls = await mountControls(kit);
      expect(statesOf(controls)).toEqual(['asked', 'locked', 'locked']);
      for (const purpose of ['measurement', 'training']) {
        const locked = switchOf(controls, purpose);
        expect(locked.getAttribute('aria-checked')).toBe('false');
        const why = query(controls.shadowRoot, `#${String(locked.getAttribute('aria-describedby'))}`);
        expect(why.textContent).toContain('Global Privacy Control');
        locked.click();
      }
      await settled(controls);
      expect([kit.consent(), localStorage.length]).toMatchObject([{ measurement: 'denied', training: 'denied' }, 0]);
      query(controls.shadowRoot, '#personalisation-yes').click();
      await settled(controls);
      expect(statesOf(controls)).toEqual(['true', 'locked', 'locked']);
    } finally {
      stop();
    }
  });

  test('what another page answers shows', async () => {
    const kit = openKit();
    const controls = await mountControls(kit);
    await kit.setConsent({ personalisation: 'denied' });
    await controls.updateComplete;
    expect(statesOf(controls)[0]).toBe('false');
  });
});

describe('erase', () => {
  test('asks once, in place; a double click does not erase', async () => {
    const kit = openKit();
    await visit(kit);
    const controls = await mountControls(kit);
    await userEvent.dblClick(part(controls, 'erase'));
    expect(controls.shadowRoot?.querySelector('[part~=eraseNow]')).toBeNull();
    part(controls, 'erase').focus();
    await userEvent.keyboard('{Enter}');
    expect([focused(controls), textOf(controls, '[role=status]')]).toEqual([
      'button cancel',
      'Erase all that is stored, for good? The switches stay as they are.',
    ]);
    await userEvent.keyboard('{Enter}');
    expect([focused(controls), textOf(controls, '[role=status]')]).toEqual(['button erase', '']);
    expect(await kit.signals()).toHaveLength(4);
  });

  test('erases, tells so politely, and keeps the focus and the answers', async () => {
    const kit = openKit({ consent: { personalisation: 'granted', measurement: 'denied', training: 'denied' } });
    await visit(kit);
    const controls = await mountControls(kit);
    const status = query(controls.shadowRoot, '[role=status]');
    part(controls, 'erase').focus();
    await userEvent.keyboard('{Enter}');
    await userEvent.tab();
    expect(focused(controls)).toBe('button eraseNow');
    await userEvent.keyboard('{Enter}');
    await settled(controls);
    expect([focused(controls), query(controls.shadowRoot, '[role=status]')]).toEqual(['button erase', status]);
    expect(status.textContent).toBe('Erased here. What was sent before, the shop must erase.');
    await waitFor(() => countsOf(controls)[0]?.startsWith('0') ?? null, 'nothing to be stored');
    expect([await kit.signals(), kit.consent().personalisation]).toEqual([[], 'granted']);
  });

  test('while it takes, that is shown and nothing else begins', async () => {
    const held = withResolvers<Problem | null>();
    const answers: unknown[] = [];
    const setConsent = (consent: unknown): Promise<null> => Promise.resolve(answers.push(consent)).then(() => null);
    const real = openKit();
    const kit = { ...createRankingKit([]), export: () => real.export(), erase: () => held.promise, setConsent };
    const controls = await mountControls(kit);
    part(controls, 'erase').click();
    await controls.updateComplete;
    part(controls, 'eraseNow').click();
    await controls.updateComplete;
    const status = query(controls.shadowRoot, '[role=status]');
    expect(status.textContent).toBe('One moment');
    const buttons = [...(controls.shadowRoot?.querySelectorAll('button') ?? [])];
    expect(buttons.map((button) => button.getAttribute('aria-disabled'))).toEqual(buttons.map(() => 'true'));
    buttons.forEach((button) => button.click());
    await frames();
    expect([answers, status.textContent]).toEqual([[], 'One moment']);
    // what is done at once shows no word that flickers
    status.getAnimations().forEach((animation) => (animation.currentTime = 400));
    expect(getComputedStyle(status).visibility).toBe('hidden');
    status.getAnimations().forEach((animation) => animation.finish());
    expect(getComputedStyle(status).visibility).toBe('visible');
    held.resolve(null);
    await settled(controls);
    expect(status.textContent).toContain('Erased here');
  });
});

describe('what goes wrong is told', () => {
  test('an answer that could not be stored', async () => {
    const controls = await mountControls(openKit());
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    switchOf(controls, 'personalisation').click();
    await settled(controls);
    expect([statesOf(controls)[0], textOf(controls, '[role=status]')]).toEqual([
      'false',
      'Not all of it could be done: storage failed.',
    ]);
  });

  test('a database that breaks', async () => {
    const kit = openKit();
    await visit(kit);
    const controls = await mountControls(kit);
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
      throw new Error('broken');
    });
    for (const name of ['download', 'reset']) {
      await press(controls, name);
      expect(textOf(controls, '[role=status]')).toContain('storage failed');
    }
  });
});

describe('a kit', () => {
  test('that is missing: nothing can be done, and it says so; one that comes later is followed', async () => {
    const controls = await mountControls(null);
    expect(statesOf(controls)).toEqual(['locked', 'locked', 'locked']);
    expect(textOf(controls, '#personalisation-hint')).toBe('Not running on this page, which stores nothing.');
    const buttons = [...(controls.shadowRoot?.querySelectorAll('button') ?? [])];
    const shown = buttons.filter((button) => button.checkVisibility({ visibilityProperty: true }));
    expect(shown.map((button) => button.getAttribute('role'))).toEqual(['switch', 'switch', 'switch']);
    shown.forEach((button) => button.click());
    await frames();
    expect(statesOf(controls)).toEqual(['locked', 'locked', 'locked']);
    const disconnect = connectKit(openKit());
    await waitFor(() => statesOf(controls)[0] === 'true' || null, 'the kit of the page');
    const own = openKit({ consent: { personalisation: 'denied' } });
    controls.kit = own;
    await waitFor(() => statesOf(controls)[0] === 'false' || null, 'its own kit');
    disconnect();
    controls.kit = null;
    await waitFor(() => statesOf(controls)[0] === 'locked' || null, 'no kit');
  });

  test('that is left hears nothing more', async () => {
    let listeners = 0;
    const on = () => {
      listeners += 1;
      return () => void (listeners -= 1);
    };
    const real = openKit();
    const kit = { ...createRankingKit([]), export: () => real.export(), onConsent: on, onSignal: on, onHidden: on };
    const controls = await mountControls(kit);
    expect(listeners).toBe(3);
    controls.remove();
    expect(listeners).toBe(0);
    document.body.append(controls);
    await waitFor(() => countsOf(controls).length > 0 && listeners === 3, 'its listeners');
    controls.kit = null;
    await controls.updateComplete;
    expect(listeners).toBe(0);
  });
});

test('what is slotted stands there until the panel is', async () => {
  document.body.innerHTML = '<rec-controls><a href="/privacy">Privacy</a></rec-controls>';
  const controls = query(document, 'rec-controls') as RecControls;
  await controls.updateComplete;
  expect(query(document, 'a').getClientRects()).toHaveLength(1);
  await waitFor(() => controls.shadowRoot?.querySelector('section'), 'the panel');
  expect(query(document, 'a').getClientRects()).toHaveLength(0);
});
