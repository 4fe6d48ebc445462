import { html } from 'hono/html';
import type { Report } from '../report/report.ts';
import { renderArms } from './arms-section.ts';
import { renderAttribution } from './attribution-section.ts';
import { renderDeclaration } from './declaration-section.ts';
import { renderDocument } from './document.ts';
import { renderEffects } from './effects-section.ts';
import { renderFindings } from './findings-section.ts';
import { renderInterleaving } from './interleaving-section.ts';
import { type Html, NOTHING, named, textOf } from './markup.ts';
import { renderMetrics } from './metrics-section.ts';
import { renderMonths } from './months-section.ts';
import { countText } from '../report/number-text.ts';
import { renderOffPolicy } from './off-policy-section.ts';
import { renderDay, renderTime } from './time-text.ts';
import { renderVerdict } from './verdict-section.ts';
import { renderWindows } from './windows-section.ts';

export interface ReportPageOptions {
  /** Where the list of reports is, and this one as JSON; a page in a file has neither. */
  readonly links?: {
    readonly index: string;
    readonly json: string;
    readonly phases: readonly { readonly phase: number; readonly href: string }[];
  };
}

/** A report as a whole page: readable without a script, in light, dark, on a phone and on paper. */
export function renderReport(report: Report, { links }: ReportPageOptions = {}): string {
  const content = html`${renderTop(report, links)}
    <main>
      ${renderVerdict(report.verdict)} ${renderFindings(report.findings)} ${renderEffects(report)} ${renderArms(report)}
      ${renderMonths(report)} ${renderMetrics(report)} ${renderWindows(report)} ${renderAttribution(report)}
      ${renderInterleaving(report)} ${renderOffPolicy(report)} ${renderDeclaration(report)}
    </main>
    ${links === undefined ? NOTHING : renderFoot(links)}`;
  return textOf(renderDocument({ title: `${report.experiment}: ${report.verdict.decision}`, content }));
}

function renderTop({ experiment, phase, period, events }: Report, links: ReportPageOptions['links']): Html {
  const when =
    period === null
      ? 'No exposures'
      : html`Exposures ${renderDay(period.from)} to ${renderDay(period.to)}, looked at ${renderTime(period.at)}`;
  return html`<header class="top">
    ${links === undefined ? NOTHING : html`<nav><a href="${links.index}">All reports</a></nav>`}
    <h1><span class="quiet">Report on</span> ${named(experiment)}</h1>
    <p>${when} · phase ${phase} · ${countText(events)} events read</p>
  </header>`;
}

const renderFoot = ({ json, phases }: NonNullable<ReportPageOptions['links']>): Html =>
  html`<footer class="foot">
    <a href="${json}">This report as JSON</a>
    ${phases.map(({ phase, href }) => html`<a href="${href}">Phase ${phase}</a>`)}
  </footer>`;
