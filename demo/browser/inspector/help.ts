import { type TemplateResult, html, nothing } from 'lit/html.js';
import type { TabName } from './drawer-state.ts';

const KEY = 'nearside-inspector:help';

interface Step {
  readonly title: string;
  readonly text: string;
  /** A page to go to. */
  readonly href?: string;
  /** Or a place in the inspector. */
  readonly tab?: TabName;
  readonly focus?: string;
}

const STEPS: readonly Step[] = [
  {
    title: 'Look at two tents, then go home',
    text: '“Picked for you” brings tents forward: ranked here, by what lies on this device.',
    href: '/category/tents',
  },
  {
    title: 'Press “Not interested”',
    text: 'The item goes, its place is filled, and the next ranking knows. Undo brings it back.',
    href: '/',
  },
  {
    title: 'Go offline and buy something',
    text: 'The order stands and its events wait in the outbox. Switch it on again, and they go.',
    ...{ tab: 'switches', focus: 'switch-offline' },
  },
  {
    title: 'Open what left this device',
    text: 'Every request, event by event, field by field, with the collector’s answer.',
    tab: 'left',
  },
  {
    title: 'Break the bundle',
    text: 'One bit of the model is wrong. The kit notices, says so, and ranks with the last good one.',
    ...{ tab: 'switches', focus: 'switch-spoil' },
  },
  {
    title: 'Travel a week',
    text: 'Signals grow old, the session ends, and what nobody fetched is given up.',
    ...{ tab: 'switches', focus: 'switch-travel' },
  },
  {
    title: 'Open the element gallery',
    text: 'Every state and option of the elements, with the code to copy.',
    href: '/gallery',
  },
];

/** What there is to try: `open` at the first visit, `small` where somebody has folded it, `gone` once dismissed. */
export type HelpState = 'open' | 'small' | 'gone';

/** Without anything remembered it is the first visit: open where there is room for it. */
export function readHelpState(storage: Storage, isRoomy: boolean): HelpState {
  const kept = storage.getItem(KEY);
  if (kept === 'open' || kept === 'small' || kept === 'gone') return kept;
  return isRoomy ? 'open' : 'small';
}

export const keepHelpState = (state: HelpState, storage: Storage): void => storage.setItem(KEY, state);

export interface HelpView {
  readonly state: HelpState;
  readonly onChange: (state: HelpState) => void;
  readonly show: (tab: TabName, focus?: string) => void;
}

export function renderHelp({ state, onChange, show }: HelpView): TemplateResult | typeof nothing {
  if (state === 'gone') return nothing;
  const isOpen = state === 'open';
  return html`<section class="help" id="inspector-help" aria-labelledby="help-heading">
    <header>
      <h2 id="help-heading">
        <button
          type="button"
          class="plain"
          aria-expanded=${isOpen ? 'true' : 'false'}
          aria-controls="help-steps"
          @click=${() => onChange(isOpen ? 'small' : 'open')}
        >
          What to try here
        </button>
      </h2>
      <button type="button" class="plain" id="help-dismiss" @click=${() => onChange('gone')}>Dismiss</button>
    </header>
    <ol id="help-steps" ?hidden=${!isOpen}>
      ${STEPS.map((step) => renderStep(step, show))}
    </ol>
  </section>`;
}

const renderStep = ({ title, text, href = '/', tab, focus }: Step, show: HelpView['show']): TemplateResult =>
  html`<li>
    ${
      tab === undefined
        ? html`<a href=${href}>${title}</a>`
        : html`<button type="button" class="plain" @click=${() => show(tab, focus)}>${title}</button>`
    }
    <p>${text}</p>
  </li>`;
