import type { Slate, SlateItem } from 'nearside';
import { createElement } from './element.ts';
import { renderBadges, renderDecision, renderWhy } from './inspector-decision.ts';

const ITEMS_SHOWN = 12;

/** One placement: the server's order beside the slate's, how far each item has moved and why; what was left out. */
export function renderSlate(slate: Slate): HTMLElement {
  const before = [...slate.items].sort((a, b) => a.serverRank - b.serverRank).slice(0, ITEMS_SHOWN);
  const after = slate.items.slice(0, ITEMS_SHOWN);
  return createElement(
    'section',
    { class: 'slate', 'data-placement': slate.placement },
    createElement('h3', {}, slate.placement, ' ', ...renderFacts(slate)),
    createElement(
      'div',
      { class: 'orders' },
      renderOrder('before', 'Server’s order', before.map(renderBefore)),
      renderOrder('after', 'Shown order', after.map(renderAfter)),
    ),
    ...renderDecision(slate),
  );
}

const renderFacts = ({ tier, rulesVersion, arms, overridden = [] }: Slate): HTMLElement[] => [
  createElement('span', { class: 'badge' }, tier),
  createElement('span', { class: 'badge-quiet', 'data-rules': rulesVersion }, `rules ${rulesVersion}`),
  ...arms.map((arm) => renderArm(arm, '')),
  ...overridden.map((arm) => renderArm(arm, 'QA: ')),
];

const renderArm = (
  { experiment, arm }: { readonly experiment: string; readonly arm: string },
  note: string,
): HTMLElement =>
  createElement('span', { class: 'badge-quiet', 'data-experiment': experiment }, `${note}${experiment} = ${arm}`);

const renderOrder = (name: string, title: string, rows: readonly HTMLElement[]): HTMLElement =>
  createElement('div', { 'data-order': name }, createElement('h4', {}, title), createElement('ol', {}, ...rows));

const titleOf = ({ candidate, itemId }: SlateItem): string => candidate.title ?? itemId;

const renderBefore = (item: SlateItem): HTMLElement =>
  createElement('li', { 'data-id': item.itemId }, createElement('span', {}, titleOf(item)));

function renderAfter(item: SlateItem): HTMLElement {
  const moved = item.serverRank - item.position;
  const direction = moved > 0 ? 'up' : moved < 0 ? 'down' : 'same';
  const text = moved > 0 ? `▲ ${String(moved)}` : moved < 0 ? `▼ ${String(-moved)}` : '·';
  const label = moved === 0 ? 'not moved' : `${direction} by ${String(Math.abs(moved))}`;
  return createElement(
    'li',
    { 'data-id': item.itemId },
    createElement('span', {}, titleOf(item)),
    createElement('span', { class: 'move', 'data-move': direction, 'aria-label': label, role: 'img' }, text),
    ...renderBadges(item),
    renderWhy(item),
  );
}
