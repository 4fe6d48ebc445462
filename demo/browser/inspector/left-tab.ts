import { type TemplateResult, html, nothing } from 'lit/html.js';
import { repeat } from 'lit/directives/repeat.js';
import type { SentEvent, SentRequest } from '../sent-log.ts';
import { renderEvent, renderFields } from './event-card.ts';
import { formatBytes, formatCount, formatTime } from './format.ts';
import type { View } from './inspected.ts';
import { renderMore } from './more-button.ts';

const REQUESTS_FIRST = 10;

/** Everything that left the device: each request, event by event, field by field. */
export function renderLeft(view: View): TemplateResult {
  const { requests, forgotten } = view.sent.record;
  const shown = requests.slice(0, view.limit('requests', REQUESTS_FIRST));
  return html`${renderStatement(view)}
  ${repeat(
    shown,
    ({ number }) => number,
    (request) => renderRequest(view, request),
  )}
  ${renderMore(view, { list: 'requests', shown: shown.length, total: requests.length, noun: 'request' })}
  ${
    forgotten > 0
      ? html`<p class="note">${formatCount(forgotten, 'older request')} are no longer kept here.</p>`
      : nothing
  }
  ${renderOthers(view)}`;
}

function renderStatement(view: View): TemplateResult {
  const { requests } = view.sent.record;
  const { level, stored, pending } = view.observation.now;
  const events = eventsOf(requests);
  const waiting = pending?.events ?? 0;
  const others = stored === null ? 0 : countOthers(requests, stored);
  return html`<p class="statement" data-statement>
      ${
        events.size === 0
          ? others === 0
            ? 'Nothing has left this device.'
            : 'Nothing has left this device from this tab.'
          : `${formatCount(events.size, 'event')} left this device from this tab, in ${formatCount(requests.length, 'request')}.`
      }
    </p>
    <p class="note">
      <span data-waiting
        >${waiting === 0 ? 'Nothing waits' : `${formatCount(waiting, 'event')} ${waiting === 1 ? 'waits' : 'wait'}`} in
        the outbox.</span
      >
      ${
        others > 0
          ? html`<span data-others
              >${formatCount(others, 'more event')} of this device left before, or from other tabs, or waited too
              long.</span
            >`
          : nothing
      }
      The level in effect is <b>${level}</b>: ${LEVELS[level]}
    </p>`;
}

const LEVELS = {
  none: 'nothing may leave.',
  events: 'what you do to a shelf may leave, and what an order is worth; what you look at or search for stays.',
  training: 'the same may leave, and how each shelf was decided.',
} as const;

/** A batch without an answer goes out again: each event counts once. */
const eventsOf = (requests: readonly SentRequest[]): ReadonlyMap<string, SentEvent> =>
  new Map(requests.flatMap(({ batch }) => batch.events.map((event) => [event.id, event] as const)));

/** Numbers of this client id that neither wait nor were sent from this tab. */
function countOthers(
  requests: readonly SentRequest[],
  { visit, outbox }: NonNullable<View['observation']['now']['stored']>,
): number {
  if (visit === null) return 0;
  const own = requests.filter(({ batch }) => batch.clientId === visit.clientId);
  const known = new Set([...eventsOf(own).keys(), ...outbox.map(({ id }) => id)]);
  return Math.max(0, visit.clientSeq - known.size);
}

function renderRequest(view: View, request: SentRequest): TemplateResult {
  const { number, at, sizeBytes, isKeepalive, batch } = request;
  const { events, ...about } = batch;
  return html`<section class="request" data-request=${number}>
    <h3>${formatTime(at)}: ${formatCount(events.length, 'event')}, ${formatBytes(sizeBytes)}</h3>
    <p class="why" data-answer>${answerText(request)}${isKeepalive ? ' · may outlive the page' : ''}</p>
    ${renderRequestItself(view, number, about)}
    ${repeat(
      events,
      ({ id }) => id,
      (event) => renderEvent(view, { event, status: statusOf(request, event), place: String(number) }),
    )}
  </section>`;
}

function renderRequestItself(view: View, number: number, about: object): TemplateResult {
  const part = `request ${String(number)}`;
  const isOpen = view.isOpen(part);
  const onToggle = ({ currentTarget }: Event): void => view.setOpen(part, (currentTarget as HTMLDetailsElement).open);
  return html`<details class="event" data-about ?open=${isOpen} @toggle=${onToggle}>
    <summary>The request itself <span class="quiet">${Object.keys(about).join(', ')}</span></summary>
    ${isOpen ? renderFields(about) : nothing}
  </details>`;
}

function answerText({ answer, failure }: SentRequest): string {
  if (failure !== undefined) return `no answer: ${failure}. It may have arrived, so it is sent again`;
  if (answer === undefined) return 'no answer yet; where the page was left, nobody has heard it';
  const counts = new Map<string, number>();
  for (const { status } of Object.values(answer.results)) counts.set(status, (counts.get(status) ?? 0) + 1);
  const words = [...counts].map(([status, count]) => `${String(count)} ${status}`);
  return `the collector answered ${[String(answer.status), ...words].join(', ')}`;
}

function statusOf({ answer, failure }: SentRequest, { id }: SentEvent): string {
  const { status, code } = answer?.results[id] ?? {};
  if (status !== undefined) return code === undefined ? status : `${status}: ${code}`;
  return failure === undefined && answer === undefined ? 'no answer yet' : 'no answer';
}

/** Requests that carry no body of the kit's; their addresses are the shop's own. */
function renderOthers(view: View): TemplateResult | typeof nothing {
  const part = 'other requests';
  const paths = requestedPaths();
  if (paths.length === 0) return nothing;
  const onToggle = ({ currentTarget }: Event): void => view.setOpen(part, (currentTarget as HTMLDetailsElement).open);
  return html`<details class="others" ?open=${view.isOpen(part)} @toggle=${onToggle}>
    <summary>What else this page’s scripts asked for: ${formatCount(paths.length, 'file')}</summary>
    <p class="why">
      The model bundle, and what the shop itself asks its server for: such an address may name what is in the cart. The
      kit adds nothing to them.
    </p>
    <ul>
      ${paths.map((path) => html`<li><code>${path}</code></li>`)}
    </ul>
  </details>`;
}

function requestedPaths(): string[] {
  const entries = performance
    .getEntriesByType('resource')
    .filter((entry) => entry instanceof PerformanceResourceTiming);
  const fetched = entries.filter(({ initiatorType }) => initiatorType === 'fetch').map(({ name }) => new URL(name));
  return [...new Set(fetched.map(({ pathname, search }) => pathname + search))].filter((path) => path !== '/v1/events');
}
