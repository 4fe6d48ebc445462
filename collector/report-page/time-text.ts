import { html } from 'hono/html';
import type { Html } from './markup.ts';

/** `2026-03-01`, of an ISO time. */
export const renderDay = (iso: string): Html => html`<time datetime="${iso}">${iso.slice(0, 10)}</time>`;

/** `2026-03-01 12:00 UTC`. */
export const renderTime = (iso: string): Html =>
  html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`;
