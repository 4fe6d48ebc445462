import { type TemplateResult, css, html } from 'lit';
import type { OverriddenArm } from '../src/core/slate.ts';
import type { Kit } from '../src/kit/types.ts';

const badgeStyle = css`
  .qa {
    position: absolute;
    z-index: 1;
    inset-inline-start: 0.75rem;
    pointer-events: none;
    max-inline-size: calc(100% - 1.5rem);
    box-sizing: border-box;
    margin: 0.75rem 0 0;
    padding: 0.125rem 0.5rem;
    overflow-wrap: anywhere;
    border: 1px solid currentColor;
    border-radius: 0.25rem;
    font-size: 0.8125rem;
    line-height: 1.4;
    color: #1b1b1b;
    background: #ffd54a;
  }
`;

/** The badge of arms that somebody who tests the site asks for: no visitor sees it, and no page of a visitor fetches it. */
export function renderBadge(arms: readonly OverriddenArm[]): TemplateResult {
  const names = arms.map(({ experiment, arm }) => `${experiment} = ${arm}`);
  return html`<p class="qa" part="qa" role="note">QA: ${names.join(', ')}</p>`;
}

/** Gives a shadow root the looks of the badge, and answers what renders it. */
export function loadBadge(root: DocumentFragment | HTMLElement): typeof renderBadge {
  if (root instanceof ShadowRoot && badgeStyle.styleSheet)
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, badgeStyle.styleSheet];
  return renderBadge;
}

/** The arms that somebody who tests the site asks for, of every placement. Never rejects. */
export const overridesOf = (kit: Kit | null): Promise<readonly OverriddenArm[]> =>
  (async () => {
    const assigned = (await kit?.assignments()) ?? [];
    return assigned.flatMap(({ experiment, arm, reason }) => (reason === 'override' ? [{ experiment, arm }] : []));
  })().catch(() => []);
