import { afterEach, describe, expect, test, vi } from 'vitest';
import type { RecControls } from '../../components/rec-controls.ts';
import type { DeviceExport } from '../../src/kit/types.ts';
import { createRankingKit, query, waitFor } from './carousel-fixture.ts';
import { LIST, SENDING, visit } from './consent-fixture.ts';
import { countsOf, mountControls, press, textOf, withResolvers } from './controls-fixture.ts';
import { NOON, createNet, openKit } from './kit-fixture.ts';

afterEach(() => {
  document.body.replaceChildren();
  localStorage.clear();
});

describe('what is stored', () => {
  test('in plain words, and each act in a list that opens', async () => {
    let now = NOON;
    const kit = openKit({ ...SENDING, fetch: createNet().fetch, clock: () => now });
    const { slate } = await visit(kit);
    await kit.record({ kind: 'search', query: 'red mug' });
    const controls = await mountControls(kit);
    expect(countsOf(controls)).toEqual([
      '5 things you did here',
      '1 item this was about',
      '1 list made for you',
      '4 messages to be sent',
    ]);
    expect(controls.shadowRoot?.querySelector('ol')).toBeNull();
    controls.titleOf = (id) => (id === slate.items[0].itemId ? 'Mug' : undefined);
    query(controls.shadowRoot, 'summary').click();
    const list = await waitFor(() => controls.shadowRoot?.querySelector('ol'), 'the list');
    const lines = (): string[] => [...list.children].map((line) => line.firstChild?.nextSibling?.textContent ?? '');
    expect(lines()).toEqual(['Searched for “red mug”', 'Bought Mug', 'Viewed Mug', 'Opened Mug', 'Was shown Mug']);
    expect(list.children[0]?.textContent).toContain('2026');
    now += 1;
    // what happens meanwhile comes by itself, without a title by its id
    await kit.record({ kind: 'view', itemId: 'p-9' });
    await waitFor(() => lines()[0] === 'Viewed p-9' || null, 'the newest act');
    expect(countsOf(controls)[0]).toBe('6 things you did here');
  });

  test('the newest hundred, and how many more there are', async () => {
    const kit = openKit();
    const acts = Array.from({ length: 102 }, (_, i) => ({
      kind: 'view' as const,
      itemId: `p-${String(i)}`,
      at: NOON - 1,
    }));
    await kit.import(acts);
    const controls = await mountControls(kit);
    query(controls.shadowRoot, 'summary').click();
    const list = await waitFor(() => controls.shadowRoot?.querySelector('ol'), 'the list');
    expect([list.children.length, list.children[0]?.textContent]).toMatchObject([
      100,
      expect.stringContaining('p-101'),
    ]);
    expect(textOf(controls, 'details > p')).toBe('2 more in the download');
  });

  test('counts that arrive move nothing, and are hidden until then', async () => {
    const fake = createRankingKit([]);
    const real = openKit();
    await visit(real);
    const held = withResolvers<DeviceExport>();
    const kit = { ...fake, export: () => held.promise };
    document.body.innerHTML = '<rec-controls></rec-controls><p id="after">After</p>';
    const controls = query(document, 'rec-controls') as RecControls;
    controls.kit = kit;
    await waitFor(() => controls.shadowRoot?.querySelector('ul.hidden'), 'the panel');
    const top = (): number => query(document, '#after').getBoundingClientRect().top;
    const before = top();
    expect(getComputedStyle(query(controls.shadowRoot, 'ul')).visibility).toBe('hidden');
    held.resolve((await real.export()) as DeviceExport);
    await waitFor(() => controls.shadowRoot?.querySelector('ul:not(.hidden)'), 'counts');
    expect([top(), countsOf(controls)[0]]).toEqual([before, '4 things you did here']);
  });

  test('download: a file with all of it', async () => {
    const kit = openKit();
    await visit(kit);
    const controls = await mountControls(kit);
    const made = vi.spyOn(URL, 'createObjectURL');
    const saved: string[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      saved.push(this.download);
    });
    await press(controls, 'download');
    expect(saved).toEqual(['stored-in-this-browser.json']);
    const file = JSON.parse(await (made.mock.calls[0]?.[0] as Blob).text()) as DeviceExport;
    expect(file).toEqual(await kit.export());
    expect(file.signals).toHaveLength(4);
  });
});

describe('start afresh', () => {
  test('nothing done so far counts any more; it stays stored, and what was hidden stays hidden', async () => {
    let now = NOON - 100_000_000;
    const kit = openKit({ clock: () => now });
    await kit.record({ kind: 'view', itemId: 'item-1' });
    now = NOON;
    await visit(kit);
    await kit.record({ kind: 'search', query: 'mug' });
    await kit.record({ kind: 'dismiss', itemId: 'item-2' });
    expect((await kit.slate('home', LIST)).signalAgeMs).toBe(0);
    const controls = await mountControls(kit);
    await press(controls, 'reset');
    expect(textOf(controls, '[role=status]')).toContain('Nothing you did so far counts any more');
    const slate = await kit.slate('home', LIST);
    expect(slate.signalAgeMs).toBeNull();
    expect(slate.items.map(({ itemId }) => itemId)).not.toContain('item-2');
    expect((await kit.adaptation())?.overall).toEqual((await openKit().adaptation())?.overall);
    const counted = (await kit.signals()).filter(({ ignored }) => !ignored).map(({ kind }) => kind);
    expect([counted, (await kit.signals()).length]).toEqual([['impression'], 7]);
    query(controls.shadowRoot, 'summary').click();
    const list = await waitFor(() => controls.shadowRoot?.querySelector('ol'), 'the list');
    expect(list.firstElementChild?.textContent).toMatch(/^Hid item-2Jan 7, 2026, .* · no longer counts$/);
    // what comes next counts
    await kit.record({ kind: 'view', itemId: 'item-3' });
    expect((await kit.slate('home', LIST)).signalAgeMs).toBe(0);
  });

  test('of a first visit, and where there is nothing', async () => {
    const kit = openKit();
    const controls = await mountControls(kit);
    await press(controls, 'reset');
    expect(textOf(controls, '[role=status]')).toContain('Nothing you did');
    await kit.record({ kind: 'view', itemId: 'item-3' });
    await press(controls, 'reset');
    expect(textOf(controls, '[role=status]')).toContain('Nothing you did');
    expect((await kit.signals()).map(({ ignored }) => ignored)).toEqual([true]);
  });
});
