import { type TemplateResult, html, nothing } from 'lit/html.js';
import { repeat } from 'lit/directives/repeat.js';
import type { SentEvent } from '../sent-log.ts';
import { formatAge } from './age.ts';
import { renderEvent } from './event-card.ts';
import { formatBytes, formatCount } from './format.ts';
import type { View } from './inspected.ts';
import { renderMore } from './more-button.ts';
import { renderActs } from './visitor-acts.ts';

const ROWS_FIRST = 50;

/** What waits to be sent, exactly as it will go out. */
export function renderOutbox(view: View): TemplateResult {
  const { stored, pending } = view.observation.now;
  const rows: readonly SentEvent[] = stored?.outbox ?? [];
  const shown = rows.slice(0, view.limit('outbox', ROWS_FIRST));
  const tried = new Set(view.sent.record.requests.flatMap(({ batch }) => batch.events.map(({ id }) => id)));
  return html`${renderActs(view)}
    <p class="statement" data-pending>
      ${rows.length === 0 ? 'Nothing waits to be sent.' : `${formatCount(rows.length, 'event')} to be sent.`}
    </p>
    ${pending && pending.events > 0 ? html`<p class="note">${factsOf(view, pending).join(' · ')}</p>` : nothing}
    ${repeat(
      shown,
      ({ id }) => id,
      (event) =>
        renderEvent(view, { event, status: tried.has(event.id) ? 'sent, no answer' : 'not sent yet', place: 'outbox' }),
    )}
    ${renderMore(view, { list: 'outbox', shown: shown.length, total: rows.length, noun: 'event' })}`;
}

type Pending = NonNullable<View['observation']['now']['pending']>;

function factsOf({ clock }: View, { sizeBytes, oldestAt, retryAt }: Pending): string[] {
  const now = clock();
  return [
    formatBytes(sizeBytes),
    ...(oldestAt === null ? [] : [`the oldest has waited for ${formatAge(now - oldestAt)}`]),
    ...(retryAt === null || retryAt <= now ? [] : [`tried again in ${formatAge(retryAt - now)}`]),
    'given up after 7 days',
  ];
}
