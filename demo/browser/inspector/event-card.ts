import { type TemplateResult, html, nothing } from 'lit/html.js';
import type { SentEvent } from '../sent-log.ts';
import { formatDate, formatTime, formatValue } from './format.ts';
import type { View } from './inspected.ts';
import { WIRE_FIELDS, fieldRows } from './wire-fields.ts';

/** Fields that hold a time as epoch ms. */
const TIMES: ReadonlySet<string> = new Set(['at', 'sentAt']);

export interface EventCard {
  readonly event: SentEvent;
  /** What became of it, in a word or two. */
  readonly status: string;
  /** Distinguishes the same event in two places. */
  readonly place: string;
}

/** One event: in a line what and when, and beneath it, when opened, every field as it goes out. */
export function renderEvent(view: View, { event, status, place }: EventCard): TemplateResult {
  const part = `${place} ${event.id}`;
  const isOpen = view.isOpen(part);
  const onToggle = ({ currentTarget }: Event): void => view.setOpen(part, (currentTarget as HTMLDetailsElement).open);
  return html`<details class="event" data-event=${event.id} ?open=${isOpen} @toggle=${onToggle}>
    <summary>
      <b>${event.kind.replaceAll('_', ' ')}</b> ${event.itemId ?? event.placement ?? ''}
      <span class="quiet">${formatTime(event.at)}</span>
      <span class="badge-quiet" data-status=${status}>${status}</span>
    </summary>
    ${isOpen ? renderFields(event) : nothing}
  </details>`;
}

/** Every field with its value as it goes out, the level that allows it and what it means. */
export const renderFields = (object: object): TemplateResult =>
  html`<table class="fields">
    <thead>
      <tr>
        <th scope="col">Field</th>
        <th scope="col">Value</th>
      </tr>
    </thead>
    <tbody>
      ${fieldRows(object).map(({ path, value }) => renderField(path, value))}
    </tbody>
  </table>`;

function renderField(path: string, value: unknown): TemplateResult {
  const [level, meaning] = WIRE_FIELDS[path] ?? ['', 'not documented: this would be a fault'];
  return html`<tr data-field=${path}>
    <th scope="row">${path} <span class="level" data-level=${level}>${level}</span></th>
    <td>
      <code data-value>${formatValue(value)}</code>
      ${TIMES.has(path) && typeof value === 'number' ? html`<span class="quiet">${formatDate(value)}</span>` : nothing}
      <span class="why">${meaning}</span>
    </td>
  </tr>`;
}
