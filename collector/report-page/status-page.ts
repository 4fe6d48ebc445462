import { html } from 'hono/html';
import { renderDocument } from './document.ts';
import { type Html, NOTHING, named, textOf } from './markup.ts';
import { countText } from '../report/number-text.ts';

export interface Progress {
  /** False while another report is made. */
  readonly isRunning: boolean;
  readonly eventsRead: number;
}

const REFRESH_SECONDS = 2;

/** Shown while a report is made; asks for it again by itself. */
export const renderProgress = (key: string, { isRunning, eventsRead }: Progress): string =>
  textOf(
    renderDocument({
      title: `${key}: the report is being made`,
      refreshSeconds: REFRESH_SECONDS,
      content: html`<main class="card">
        <h1>The report on ${named(key)} is being made</h1>
        <p role="status">
          ${
            isRunning
              ? `${countText(eventsRead)} events read so far. The whole log is read twice.`
              : 'It waits until another report is done.'
          }
          This page asks again every ${REFRESH_SECONDS} seconds.
        </p>
      </main>`,
    }),
  );

export interface Trouble {
  readonly title: string;
  readonly text: Html | string;
  /** What can be done from here. */
  readonly more?: Html;
}

/** Says why there is no report. */
export const renderTrouble = ({ title, text, more = NOTHING }: Trouble): string =>
  textOf(
    renderDocument({
      title,
      content: html`<header class="top">
          <h1>${title}</h1>
          <p>${text}</p>
        </header>
        <main>${more}</main>`,
    }),
  );
