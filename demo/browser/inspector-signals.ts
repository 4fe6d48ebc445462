import type { Signal } from 'nearside';
import { formatAge } from './age.ts';
import { createElement } from './element.ts';

const SIGNALS_SHOWN = 20;

/** The stored signals, newest first, with their age; impressions are only counted, or they would hide the rest. */
export function renderSignals(signals: readonly Signal[], now: number): HTMLElement {
  const acts = signals.filter(({ kind }) => kind !== 'impression');
  const rows = acts.slice(0, SIGNALS_SHOWN).map((signal) => renderSignal(signal, now));
  const list =
    rows.length === 0 ? createElement('p', {}, 'None yet: look at something.') : createElement('ol', {}, ...rows);
  const impressions = signals.length - acts.length;
  const note = createElement('p', { class: 'signal-note' }, `and ${countText(impressions, 'impression')}`);
  const heading = createElement('h3', {}, 'Signals on this device');
  return createElement('section', { class: 'signals' }, heading, list, ...(impressions > 0 ? [note] : []));
}

export const countText = (count: number, noun: string): string => `${String(count)} ${noun}${count === 1 ? '' : 's'}`;

function renderSignal(signal: Signal, now: number): HTMLElement {
  return createElement(
    'li',
    { 'data-signal': signal.kind },
    createElement('span', { class: 'signal-kind' }, signal.kind.replaceAll('_', ' ')),
    createElement('span', {}, signal.itemId ?? signal.query ?? ''),
    createElement('span', { class: 'signal-age' }, formatAge(now - signal.at)),
  );
}
