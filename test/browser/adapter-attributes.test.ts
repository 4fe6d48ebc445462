import { afterEach, describe, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { connectAttributes } from '../../adapters/attributes.ts';
import type { Problem } from '../../src/core/problem.ts';
import type { Kit } from '../../src/kit/types.ts';
import { countListeners, countObservers } from './carousel-leaks.ts';
import { createRankingKit, itemOf, listMarkup, mount, query, waitForState } from './carousel-fixture.ts';
import { EUR, expectRecorded, recorded } from './adapters-fixture.ts';
import { openKit } from './kit-fixture.ts';

const stops: (() => void)[] = [];
const connect = (kit: Kit, options: Parameters<typeof connectAttributes>[1] = {}): (() => void) => {
  const stop = connectAttributes(kit, options);
  stops.push(stop);
  return stop;
};
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  document.body.replaceChildren();
});

const via = 'attributes';
const view = (itemId: string) => ({ kind: 'view', itemId, via }) as const;
const FACTS = 'data-rec-price="20" data-rec-currency="EUR" data-rec-category="Bags" data-rec-brand="Fell"';
const put = (html: string): void => void (document.body.innerHTML = html);

describe('views', () => {
  test('what is there and what comes; an element in the place of another is no second view', async () => {
    put(`<main data-rec-view data-rec-item-id="a" ${FACTS}></main>`);
    const kit = openKit();
    const stop = connect(kit);
    put('<section data-rec-item-id="a"><p data-rec-view></p></section>');
    await new Promise((resolve) => setTimeout(resolve));
    put('<main data-rec-view data-rec-item-id="b"></main><aside data-rec-item-id="c">no view</aside>');
    await expectRecorded(kit, [view('a'), view('b')]);
    query(document, 'main').dataset['recItemId'] = 'c';
    await expectRecorded(kit, [view('a'), view('b'), view('c')]);
    put('<p>elsewhere</p>');
    await new Promise((resolve) => setTimeout(resolve));
    put('<main data-rec-view data-rec-item-id="a"></main>');
    await expectRecorded(kit, [view('a'), view('b'), view('c'), view('a')]);
    stop();
    put('<main data-rec-view data-rec-item-id="d"></main>');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await recorded(kit)).toHaveLength(4);
    const all = await kit.export();
    const item = { id: 'a', category: 'Bags', brand: 'Fell', price: EUR(20) };
    expect('items' in all && all.items.find(({ id }) => id === 'a')).toMatchObject(item);
  });

  test('of root itself, as of what is inside', async () => {
    put('<main data-rec-view data-rec-item-id="a"><i data-rec-view data-rec-item-id="b"></i></main>');
    const kit = openKit();
    connect(kit, { root: query(document, 'main') });
    await expectRecorded(kit, [view('a'), view('b')]);
    query(document, 'main').dataset['recItemId'] = 'c';
    await expectRecorded(kit, [view('a'), view('b'), view('c')]);
  });

  test('only inside of root, and one without an item is told', async () => {
    put('<div id="shop"></div><main data-rec-view data-rec-item-id="outside"></main>');
    const told: Problem[] = [];
    const kit = openKit();
    connect(kit, { root: query(document, '#shop'), onProblem: (problem) => told.push(problem) });
    query(document, '#shop').innerHTML = '<i data-rec-view data-rec-item-id="in"></i><i data-rec-view></i>';
    await expectRecorded(kit, [view('in')]);
    await vi.waitFor(() => expect(told).toMatchObject([{ code: 'adapter_ignored' }]));
  });
});

describe('clicks', () => {
  test('the act, of the nearest item, whatever is clicked inside and whoever stops the event', async () => {
    put(`<div data-rec-item-id="outer" data-rec-quantity="5">
      <div data-rec-item-id="a" ${FACTS}>
        <button data-rec-event="add_to_cart" data-rec-quantity="2"><svg width="9" height="9"><path d="M0 0h9v9z"/></svg>Add</button>
        <a href="#a" data-rec-event="click">A</a>
        <b data-rec-event="dismiss">x</b>
        <i data-rec-event="add_to_cart">one</i>
        <u>nothing</u>
      </div>
    </div>`);
    const kit = openKit();
    const stop = connect(kit);
    const button = query(document, 'button');
    button.addEventListener('click', (event) => event.stopImmediatePropagation());
    query(document, 'path').dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }));
    await userEvent.click(query(document, 'a'));
    const middle = { bubbles: true, composed: true, button: 1 };
    query(document, 'a').dispatchEvent(new MouseEvent('auxclick', middle));
    query(document, 'a').dispatchEvent(new MouseEvent('auxclick', { ...middle, button: 2 }));
    button.dispatchEvent(new MouseEvent('auxclick', middle));
    query(document, 'b').click();
    query(document, 'i').click();
    query(document, 'u').click();
    const signals = [
      { kind: 'add_to_cart', itemId: 'a', quantity: 2, via },
      { kind: 'click', itemId: 'a', via },
      { kind: 'click', itemId: 'a', via },
      { kind: 'dismiss', itemId: 'a', via },
      { kind: 'add_to_cart', itemId: 'a', via },
    ] as const;
    await expectRecorded(kit, signals);
    stop();
    button.click();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await expectRecorded(kit, signals);
  });

  test('in <rec-carousel>, which tells its clicks itself, only what it does not tell', async () => {
    const carousel = mount(listMarkup(['a', 'b']));
    const kit = createRankingKit(['a', 'b']);
    connect(kit);
    carousel.kit = kit;
    await waitForState(carousel, 'ranked');
    const item = itemOf(carousel, 'a');
    Object.assign(item.dataset, { recItemId: 'a', recView: '' });
    query(item, 'a').dataset['recEvent'] = 'click';
    item.insertAdjacentHTML('beforeend', '<button data-rec-event="add_to_cart">Add</button>');
    query(item, 'a').click();
    query(item, 'button').click();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(kit.recorded.filter(({ kind }) => kind !== 'impression')).toEqual([
      { kind: 'click', itemId: 'a', slateId: 'slate-1', position: 0 },
      { kind: 'add_to_cart', itemId: 'a', via },
    ]);
  });

  test('an event that is none is told and does no harm', async () => {
    put('<button data-rec-item-id="a" data-rec-event="addToCart">Add</button>');
    const told: Problem[] = [];
    const kit = openKit();
    connect(kit, { onProblem: (problem) => told.push(problem) });
    query(document, 'button').click();
    query(document, 'button').click();
    expect([told.map(({ code }) => code), await recorded(kit)]).toEqual([['adapter_ignored'], []]);
  });
});

test('ending it leaves no listener and no observer behind', () => {
  const listeners = countListeners();
  const observers = countObservers();
  const stop = connect(openKit());
  const before = [listeners(), ...observers()];
  stop();
  expect([before, listeners(), observers()]).toEqual([[expect.any(Number), 0, 1, 0], before[0] - 1, [0, 0, 0]]);
});
