import type { Slate, SlateItem } from 'nearside';
import { createElement } from './element.ts';

type TrailStep = SlateItem['trail'][number];
type Override = Slate['overrides'][number];

const LEFT_SHOWN = 12;

/** Each step of a decision in words. */
const STEPS: Readonly<Record<TrailStep['step'], (ruleId: string) => string>> = {
  ranked: () => 'ranked',
  kept: () => 'kept where it was in view',
  pinned: (ruleId) => `pinned by ${ruleId}`,
  required: (ruleId) => `needed by quota ${ruleId}`,
  drawn: () => 'drawn to explore',
  relaxed: (ruleId) => `spacing ${ruleId} could not be kept`,
  dropped: (ruleId) => `dropped by ${ruleId}`,
  held_back: (ruleId) => `held back by quota ${ruleId}`,
  outranked: () => 'the slate ended before it',
};

const describeTrail = (trail: readonly TrailStep[]): string =>
  trail.map(({ step, ruleId = '' }) => STEPS[step](ruleId)).join(', ');

/** Why the item stands where it does: utility, chance and trail. */
export function renderWhy({ utility, propensity, trail }: SlateItem): HTMLElement {
  const numbers = [
    ...(utility === null ? [] : [`utility ${formatNumber(utility)}`]),
    `chance ${formatNumber(propensity)}`,
  ];
  return createElement('p', { class: 'why' }, [describeTrail(trail), ...numbers].join(' · '));
}

const formatNumber = (value: number): string =>
  new Intl.NumberFormat('en', { maximumSignificantDigits: 3 }).format(value);

export const renderBadges = ({ pinnedBy, explored }: SlateItem): HTMLElement[] =>
  [...(pinnedBy === undefined ? [] : ['pinned']), ...(explored ? ['explored'] : [])].map((name) =>
    createElement('span', { class: 'badge', 'data-badge': name }, name),
  );

/** What is not shown and by which rule, and what merchandisers have set; nothing where there is neither. */
export function renderDecision({ left, overrides }: Slate): HTMLElement[] {
  const more = left.length - LEFT_SHOWN;
  const rows = left.slice(0, LEFT_SHOWN).map(({ itemId, trail }) => {
    const why = createElement('span', { class: 'why' }, describeTrail(trail));
    return createElement('li', { 'data-left': itemId }, itemId, ' ', why);
  });
  const rest = more > 0 ? [createElement('li', {}, `and ${String(more)} more`)] : [];
  return [
    ...renderPart('Left out', [...rows, ...rest]),
    ...renderPart('Overrides in effect', overrides.map(renderOverride)),
  ];
}

const renderPart = (title: string, rows: readonly HTMLElement[]): HTMLElement[] =>
  rows.length === 0 ? [] : [createElement('h4', {}, title), createElement('ul', {}, ...rows)];

function renderOverride({ ruleId, kind, author, expiresAt, itemIds }: Override): HTMLElement {
  const end = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' }).format(expiresAt);
  const effect = itemIds.length === 0 ? 'nothing here' : itemIds.join(', ');
  const terms = createElement('span', { class: 'why' }, `${ruleId}, by ${author}, until ${end}`);
  return createElement('li', { 'data-override': ruleId }, `${kind}: ${effect} `, terms);
}
