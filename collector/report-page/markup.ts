import { html, raw } from 'hono/html';

/** A piece of a page: whatever was put into it is escaped. */
export type Html = ReturnType<typeof html>;

export const NOTHING: Html = raw('');

/** Throws where a piece waits for something: no page of ours does. */
export function textOf(markup: Html): string {
  if (markup instanceof Promise) throw new TypeError('a page must not wait for a part of it');
  return markup.toString();
}

/** A name from outside, in its own direction of writing. */
export const named = (name: string): Html => html`<bdi>${name}</bdi>`;

export interface Section {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  readonly content: Html;
  /** Longer than a sheet of paper may be: its rows stay whole, the section need not. */
  readonly isLong?: boolean;
}

export const renderSection = ({ id, title, content, isLong = false }: Section): Html =>
  html`<section class="${isLong ? 'card long' : 'card'}" aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${content}
  </section>`;

export interface Table {
  /** Unique on the page. */
  readonly id: string;
  /** What it shows. */
  readonly caption: Html | string;
  readonly head: readonly (Html | string)[];
  readonly rows: readonly Html[];
}

/** Scrolls within itself, by keyboard too; what it shows stands above it and does not scroll away. */
export const renderTable = ({ id, caption, head, rows }: Table): Html =>
  html`<p class="caption" id="${id}">${caption}</p>
    <div class="scroll" role="region" tabindex="0" aria-labelledby="${id}">
      <table aria-labelledby="${id}">
        <thead>
          <tr>
            ${head.map((cell) => html`<th scope="col">${cell}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>`;

/** The first cell says what the row is about. */
export const renderRow = (head: Html | string, cells: readonly (Html | string)[]): Html =>
  html`<tr>
    <th scope="row">${head}</th>
    ${cells.map((cell) => html`<td>${cell}</td>`)}
  </tr>`;
