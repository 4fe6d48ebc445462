import type { Slate } from 'nearside';
import { type TemplateResult, html, nothing } from 'lit/html.js';
import { repeat } from 'lit/directives/repeat.js';
import type { SeenSlate } from '../observation.ts';
import { formatAge } from './age.ts';
import type { AskedReasons } from './asked-reasons.ts';
import { formatCount, formatDay, formatMs, shorten } from './format.ts';
import type { View } from './inspected.ts';
import type { ItemTitles } from './item-titles.ts';
import { renderMore } from './more-button.ts';
import { ageText, lagText } from './now-tab.ts';
import { shelvesOf } from './shelves.ts';
import { isProblem, renderItem } from './slate-item.ts';
import { trailText } from './trail-text.ts';

const ITEMS_FIRST = 8;
const LEFT_FIRST = 12;

export interface SlatesView extends View {
  readonly reasons: AskedReasons;
  readonly titles: ItemTitles;
}

/** Every shelf of the page: its candidates in both orders, and why. */
export function renderSlates(view: SlatesView): TemplateResult {
  const shelves = shelvesOf(view.observation.now);
  if (shelves.length === 0) return html`<p class="note">No shelf has been ranked on this page yet.</p>`;
  return html`${repeat(
    shelves,
    ({ slate }) => slate.placement,
    (seen) => renderSlate(view, seen),
  )}`;
}

function renderSlate(view: SlatesView, seen: SeenSlate): TemplateResult {
  const { slate } = seen;
  const { placement, items } = slate;
  const list = `slate ${placement}`;
  const shown = items.slice(0, view.limit(list, ITEMS_FIRST));
  const reasons = view.reasons.of(slate, shown.length);
  const parts = { reasons, titleOf: view.titles.of, now: view.clock() };
  return html`<section class="slate" data-placement=${placement}>
    <h3 tabindex="-1" id="slate-${placement}">${placement} ${renderBadges(slate)}</h3>
    <p class="why">${factsOf(view, seen).join(' · ')}</p>
    ${
      slate.tierProblem
        ? html`<p class="why"><b>${slate.tierProblem.code}</b> ${slate.tierProblem.message}</p>`
        : nothing
    }
    ${reasons && isProblem(reasons) ? html`<p class="why"><b>${reasons.code}</b> ${reasons.message}</p>` : nothing}
    <ol data-order="after" aria-label="Shown order">
      ${repeat(
        shown,
        ({ itemId }) => itemId,
        (item) => renderItem({ ...parts, item }),
      )}
    </ol>
    ${renderMore(view, { list, shown: shown.length, total: items.length, noun: 'item' })} ${renderLeft(view, slate)}
    ${renderOverrides(slate)}
  </section>`;
}

const renderBadges = ({ tier, rulesVersion, arms, overridden = [] }: Slate): TemplateResult =>
  html`<span class="badge">${tier}</span>
    <span class="badge-quiet" data-rules=${rulesVersion}>rules ${rulesVersion}</span>
    ${arms.map((arm) => renderArm(arm, ''))} ${overridden.map((arm) => renderArm(arm, 'QA: '))}`;

const renderArm = (
  { experiment, arm }: { readonly experiment: string; readonly arm: string },
  note: string,
): TemplateResult => html`<span class="badge-quiet" data-experiment=${experiment}>${note}${experiment} = ${arm}</span>`;

function factsOf({ clock }: View, { slate, at, made }: SeenSlate): string[] {
  const { items, left, signalAgeMs, serverLag, modelId } = slate;
  const now = clock();
  return [
    ...(made ? [`took ${formatMs(made.tookMs)}`] : []),
    `${formatCount(items.length + left.length, 'candidate')}, ${String(items.length)} in the slate`,
    `ranked ${formatAge(now - at)} ago`,
    `signal age ${ageText(signalAgeMs)}`,
    `server lag ${lagText(serverLag)}`,
    `model ${shorten(modelId) || 'none'}`,
    ...listFacts(made?.list ?? null, now),
  ];
}

function listFacts(list: NonNullable<SeenSlate['made']>['list'], now: number): string[] {
  if (list === null) return [];
  const { issuedAt, ttlMs, serverSeenAt } = list;
  const leftMs = issuedAt + ttlMs - now;
  return [
    `the server had seen acts up to ${serverSeenAt === undefined ? 'it does not say when' : `${formatAge(now - serverSeenAt)} ago`}`,
    leftMs > 0 ? `list good for ${formatAge(leftMs)}` : `list out of date for ${formatAge(-leftMs)}: no prices`,
  ];
}

function renderLeft(view: SlatesView, { placement, left }: Slate): TemplateResult | typeof nothing {
  if (left.length === 0) return nothing;
  const list = `left ${placement}`;
  const shown = left.slice(0, view.limit(list, LEFT_FIRST));
  return html`<h4>Left out</h4>
    <ul>
      ${shown.map(
        ({ itemId, serverRank, trail }) =>
          html`<li data-left=${itemId} title="server ${serverRank + 1}">
            ${itemId} <span class="why">${trailText(trail)}</span>
          </li>`,
      )}
    </ul>
    ${renderMore(view, { list, shown: shown.length, total: left.length, noun: 'item' })}`;
}

const renderOverrides = ({ overrides }: Slate): TemplateResult | typeof nothing =>
  overrides.length === 0
    ? nothing
    : html`<h4>Overrides in effect</h4>
        <ul>
          ${overrides.map(
            ({ ruleId, kind, author, expiresAt, itemIds }) =>
              html`<li data-override=${ruleId}>
                ${kind}: ${itemIds.join(', ') || 'nothing here'}
                <span class="why">${ruleId}, by ${author}, until ${formatDay(expiresAt)}</span>
              </li>`,
          )}
        </ul>`;
