import { type TemplateResult, html } from 'lit/html.js';
import { TABS, type TabName } from './drawer-state.ts';

const TITLES: Readonly<Record<TabName, string>> = {
  now: 'Now',
  slates: 'Slates',
  signals: 'Signals',
  left: 'Left the device',
  outbox: 'Outbox',
  switches: 'Switches',
};

/** How far a key goes from tab to tab. */
const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };
const ENDS: Readonly<Record<string, TabName | undefined>> = { Home: TABS[0], End: TABS.at(-1) };

/** The tabs pattern of https://www.w3.org/WAI/ARIA/apg/patterns/tabs/, with selection that follows the focus. */
export function renderTabs(chosen: TabName, onPick: (tab: TabName) => void): TemplateResult {
  const onKey = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    const at = TABS.indexOf(chosen);
    const next = step === undefined ? ENDS[event.key] : TABS.at((at + step) % TABS.length);
    if (next === undefined) return;
    event.preventDefault();
    onPick(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return html`<div class="tabs" role="tablist" aria-label="Parts of the inspector" @keydown=${onKey}>
    ${TABS.map(
      (tab) =>
        html`<button
          type="button"
          role="tab"
          id="tab-${tab}"
          aria-controls="panel-${tab}"
          aria-selected=${tab === chosen ? 'true' : 'false'}
          tabindex=${tab === chosen ? 0 : -1}
          @click=${() => onPick(tab)}
        >
          ${TITLES[tab]}
        </button>`,
    )}
  </div>`;
}
