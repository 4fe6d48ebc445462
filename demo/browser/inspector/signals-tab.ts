import type { Signal } from 'nearside';
import { type TemplateResult, html, nothing } from 'lit/html.js';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { formatAge } from './age.ts';
import { formatCount, formatDate, formatNumber } from './format.ts';
import type { View } from './inspected.ts';
import { renderMore } from './more-button.ts';

const SIGNALS_FIRST = 50;
const IMPRESSIONS = 'impressions';

/** The stored signals, newest first, with their age; impressions on request, or they would hide the rest. */
export function renderSignals(view: View): TemplateResult {
  const { signals } = view.observation.now;
  const wanted = signals.filter(({ kind }) => kind !== 'impression' || view.isOpen(IMPRESSIONS));
  const shown = wanted.slice(0, view.limit('signals', SIGNALS_FIRST));
  const hidden = signals.length - wanted.length;
  return html`<p class="note">
      What you do in this shop, as it lies in this browser’s own database. Nothing here is sent as it stands.
    </p>
    <label class="check">
      <input
        type="checkbox"
        id="show-impressions"
        .checked=${live(view.isOpen(IMPRESSIONS))}
        @change=${() => view.setOpen(IMPRESSIONS, !view.isOpen(IMPRESSIONS))}
      />
      Impressions too${hidden > 0 ? html` <span class="quiet">(${formatCount(hidden, 'impression')})</span>` : nothing}
    </label>
    ${wanted.length === 0 ? html`<p class="note">No signal yet: look at something.</p>` : nothing}
    <ol class="signals" reversed start=${wanted.length}>
      ${repeat(
        shown,
        ({ id }) => id,
        (signal, i) => renderSignal(signal, shown[i - 1], view.clock()),
      )}
    </ol>
    ${renderMore(view, { list: 'signals', shown: shown.length, total: wanted.length, noun: 'signal' })}`;
}

/** `newer` is the one above it. */
function renderSignal(signal: Signal, newer: Signal | undefined, now: number): TemplateResult {
  const begins = newer !== undefined && newer.sessionId !== signal.sessionId;
  return html`<li data-signal=${signal.kind} class=${begins ? 'session-end' : ''}>
    ${begins ? html`<span class="quiet">an earlier session</span><br />` : nothing}
    <p class="signal">
      <b>${signal.kind.replaceAll('_', ' ')}</b>
      <span>${signal.itemId ?? signal.query ?? ''} <span class="why">${detailsOf(signal).join(' · ')}</span></span>
      <time datetime=${new Date(signal.at).toISOString()} title=${formatDate(signal.at)}>${ageOf(signal.at, now)}</time>
    </p>
  </li>`;
}

/** After a journey back some lie ahead. */
const ageOf = (at: number, now: number): string => (at > now ? `in ${formatAge(at - now)}` : formatAge(now - at));

function detailsOf({ slateId, position, quantity, value, dwellMs, via, ignored }: Signal): string[] {
  return [
    ...(slateId === undefined
      ? []
      : [position === undefined ? 'in a slate' : `place ${String(position + 1)} of a slate`]),
    ...(quantity === undefined ? [] : [`${String(quantity)} ×`]),
    ...(value === undefined ? [] : [`${formatNumber(value.amount)} ${value.currency}`]),
    ...(dwellMs === undefined ? [] : [`looked at for ${formatAge(dwellMs)}`]),
    ...(via === undefined ? [] : [`told by ${via}`]),
    ...(ignored ? ['does not count: you said so'] : []),
  ];
}
