import type { Problem, Reason, SlateItem } from 'nearside';
import { REASONS_EN, reasonText } from 'nearside/reasons';
import { type TemplateResult, html, nothing } from 'lit/html.js';
import type { SlateReasons } from './asked-reasons.ts';
import { formatNumber } from './format.ts';
import { trailText } from './trail-text.ts';

export interface ItemParts {
  readonly item: SlateItem;
  /** Undefined while they are on their way. */
  readonly reasons: SlateReasons | undefined;
  readonly titleOf: (itemId: string) => string;
  /** Epoch ms by the kit's clock. */
  readonly now: number;
}

/** One place of a slate: where the server had the item, what it is worth here and why it stands here. */
export function renderItem({ item, reasons, titleOf, now }: ItemParts): TemplateResult {
  const { itemId, serverRank, pinnedBy, explored, team, trail } = item;
  return html`<li data-id=${itemId}>
    <p class="item-head">
      <span class="item-title">${titleOf(itemId)}</span>
      <span class="quiet">server ${serverRank + 1}</span>
      ${renderMove(item)} ${pinnedBy === undefined ? nothing : renderBadge('pinned')}
      ${explored ? renderBadge('explored') : nothing} ${team === undefined ? nothing : renderBadge(`team ${team}`)}
    </p>
    <p class="why" data-reasons>${reasonsText(reasons, itemId, (reason) => wordsOf(reason, titleOf, now))}</p>
    <p class="why" data-numbers>${[...numbersOf(item), trailText(trail)].join(' · ')}</p>
  </li>`;
}

const renderBadge = (name: string): TemplateResult => html`<span class="badge" data-badge=${name}>${name}</span>`;

function renderMove({ serverRank, position }: SlateItem): TemplateResult {
  const moved = serverRank - position;
  const direction = moved > 0 ? 'up' : moved < 0 ? 'down' : 'same';
  const label = moved === 0 ? 'not moved' : `${direction} by ${String(Math.abs(moved))}`;
  const text = moved > 0 ? `▲ ${String(moved)}` : moved < 0 ? `▼ ${String(-moved)}` : '·';
  return html`<span class="move" data-move=${direction} role="img" aria-label=${label}>${text}</span>`;
}

const numbersOf = ({ score, utility, propensity }: SlateItem): string[] => [
  ...(score === null ? [] : [`score ${formatNumber(score)}`]),
  ...(utility === null ? [] : [`utility ${formatNumber(utility)}`]),
  `chance ${formatNumber(propensity)}`,
];

function reasonsText(reasons: SlateReasons | undefined, itemId: string, words: (reason: Reason) => string): string {
  if (reasons === undefined) return '…';
  if (isProblem(reasons)) return 'no reason';
  return (reasons.get(itemId) ?? []).map(words).join('; ') || 'no reason strong enough to name';
}

export const isProblem = (reasons: SlateReasons): reasons is Problem => 'code' in reasons;

function wordsOf(reason: Reason, titleOf: (itemId: string) => string, now: number): string {
  const text = reasonText(reason, { messages: REASONS_EN, titleOf, now });
  return 'effect' in reason ? `${text} (+${formatNumber(reason.effect)})` : text;
}
