import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { type Html, NOTHING } from './markup.ts';
import { STYLE } from './style.ts';

const styleHash = createHash('sha256').update(STYLE).digest('base64');

/** The icon of the tab: an interval and its point. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0a58a8"/><path d="M5 16h22" stroke="#fff" stroke-width="4"/><path d="M16 8l8 8-8 8-8-8z" fill="#fff"/></svg>',
)}`;

/** No script, no request, no form; the one style sheet by its hash. */
const POLICY = `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'none'`;

/** Of the header; a page that was saved carries the rest of it in itself. */
export const CONTENT_POLICY = `${POLICY}; frame-ancestors 'none'`;

export interface Document {
  readonly title: string;
  readonly content: Html;
  /** Asked for again after so long. */
  readonly refreshSeconds?: number;
}

/** In one piece: a formatter that broke the line would break the hash too. */
const style = raw(`<style>${STYLE}</style>`);

export const renderDocument = ({ title, content, refreshSeconds }: Document): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <meta name="referrer" content="no-referrer" />
        ${refreshSeconds === undefined ? NOTHING : html`<meta http-equiv="refresh" content="${refreshSeconds}" />`}
        <title>${title}</title>
        <link rel="icon" href="${ICON}" />
        ${style}
      </head>
      <body>
        <div class="frame">${content}</div>
      </body>
    </html>`;
