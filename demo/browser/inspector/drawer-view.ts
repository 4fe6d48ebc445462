import { type TemplateResult, html, nothing } from 'lit/html.js';
import { activeSwitches } from './active-switches.ts';
import type { DrawerState, TabName } from './drawer-state.ts';
import { formatCount } from './format.ts';
import { type HelpState, renderHelp } from './help.ts';
import { renderLeft } from './left-tab.ts';
import { renderNow } from './now-tab.ts';
import { renderOutbox } from './outbox-tab.ts';
import { renderSignals } from './signals-tab.ts';
import { type SlatesView, renderSlates } from './slates-tab.ts';
import { renderSwitches } from './switches-tab.ts';
import { renderTabs } from './tab-list.ts';

export interface DrawerView {
  readonly view: SlatesView;
  readonly state: DrawerState;
  readonly help: HelpState;
  /** Signals that are read: there may be more. */
  readonly signalsRead: number;
  readonly onToggle: (event: Event) => void;
  readonly onPick: (tab: TabName) => void;
  readonly onHelp: (help: HelpState) => void;
}

const RENDERERS: Readonly<Record<TabName, (view: SlatesView) => TemplateResult>> = {
  now: renderNow,
  slates: renderSlates,
  signals: renderSignals,
  left: renderLeft,
  outbox: renderOutbox,
  switches: renderSwitches,
};

/** The drawer, the help and what is going on. */
export const renderAll = (all: DrawerView): TemplateResult =>
  html`${renderDrawer(all)} ${renderHelp({ state: all.help, onChange: all.onHelp, show: all.view.show })}
  ${renderProgress(all)}`;

function renderDrawer({ view, state, onToggle, onPick, onHelp, ...rest }: DrawerView): TemplateResult {
  const { isOpen, tab } = state;
  return html`<details class="inspector" id="inspector" ?open=${isOpen} @toggle=${onToggle}>
    <summary id="inspector-summary" aria-keyshortcuts="Alt+I" title="Alt+I opens, Escape closes">
      ${renderSummary(view, rest.signalsRead)}
    </summary>
    <div class="inspector-body">
      ${renderTabs(tab, onPick)}
      <div class="panel" role="tabpanel" id="panel-${tab}" aria-labelledby="tab-${tab}" tabindex="0">
        ${isOpen ? RENDERERS[tab](view) : nothing}
        ${
          rest.help === 'gone'
            ? html`<p class="acts">
                <button type="button" id="help-show" @click=${() => onHelp('open')}>What to try here</button>
              </p>`
            : nothing
        }
      </div>
    </div>
  </details>`;
}

function renderSummary({ observation, switches }: SlatesView, signalsRead: number): TemplateResult {
  const { newest, signals, consent } = observation.now;
  const count = formatCount(signals.length, 'signal');
  const tier = newest?.slate.tier;
  const active = activeSwitches(switches.settings, consent);
  return html`Inspector ${tier === undefined ? nothing : html`<span class="badge" data-tier=${tier}>${tier}</span>`}
    ${
      // there may be no room for the names
      active.length > 1 ? html`<span class="badge-warn">${active.length} switches on</span>` : nothing
    }
    ${active.map((text) => html`<span class="badge-warn" data-switch=${text}>${text}</span>`)}
    <span class="badge-quiet">${signals.length < signalsRead ? count : `${count} or more`}</span>`;
}

const renderProgress = ({ view }: DrawerView): TemplateResult =>
  html`<div class="progress" role="status">
    ${view.progress.labels.map((label) => html`<p><progress aria-label=${label}></progress> ${label}…</p>`)}
  </div>`;
