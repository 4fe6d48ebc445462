import { type TemplateResult, html, nothing } from 'lit';
import type { Consent, ConsentState } from '../src/core/consent.ts';
import type { Signal } from '../src/core/signal.ts';
import type { DeviceExport } from '../src/kit/types.ts';
import type { AskedPurpose, CarouselMessages, ControlsMessages, Words } from './messages.ts';

type Key = keyof ControlsMessages;

/** What the shadow root of `<rec-controls>` shows. */
export interface ControlsView {
  readonly say: (key: Key | keyof CarouselMessages, words?: Words) => string;
  /** BCP 47, of dates. */
  readonly locale: string;
  readonly titleOf: (itemId: string) => string;
  /** Null without a kit. */
  readonly consent: Consent | null;
  readonly hasPrivacyControl: boolean;
  /** Headings by placement. */
  readonly hidden: ReadonlyMap<string, string>;
  /** Whether anything may leave the device now. */
  readonly sends: boolean;
  /** Null while it is being read. */
  readonly stored: DeviceExport | null;
  /** Whether the list of acts is open. */
  readonly isOpen: boolean;
  readonly status: Key | null;
  /** Whether something is being done: until then nothing else can be. */
  readonly isBusy: boolean;
  /** Whether the visitor is asked if everything shall be erased. */
  readonly isAsking: boolean;
  readonly onAnswer: (purpose: AskedPurpose, state: ConsentState) => void;
  readonly onShow: (placement: string) => void;
  readonly onToggle: (event: Event) => void;
  readonly onReset: () => void;
  readonly onDownload: () => void;
  readonly onErase: () => void;
  /** Asks, or takes the question back. */
  readonly onAsk: () => void;
}

const PURPOSES = ['personalisation', 'measurement', 'training'] as const;
const ROWS = ['signals', 'items', 'slates', 'outbox'] as const;
/** Acts in the list; the download has them all. */
const MAX_LISTED = 100;

/** A region named by its heading: a switch for each purpose, what is hidden, what is stored, and what can be done with it. */
export function renderControls(view: ControlsView): TemplateResult {
  const { say, consent, stored, isAsking, isBusy, sends, status } = view;
  const countOf = (name: (typeof ROWS)[number]): string =>
    name === 'outbox' && !sends ? say('sentNothing') : say(`stored_${name}`, { count: stored?.[name].length ?? 0 });
  const lines = consent?.personalisation === 'pending' ? [say('unread')] : ROWS.map(countOf);
  return html`<section part="section" aria-labelledby="heading">
    <h2 id="heading" part="heading">${say('controls')}</h2>
    ${PURPOSES.map((purpose) => renderPurpose(view, purpose))}
    <div class=${consent ? '' : 'hidden'}>
      ${renderHidden(view)}
      <h3 part="heading">${say('stored')}</h3>
      <ul class=${stored ? '' : 'hidden'}>
        ${lines.map((text) => html`<li>${text}</li>`)}
      </ul>
      <div class="actions">
        ${renderButton(view, 'reset', view.onReset)} ${renderButton(view, 'download', view.onDownload)}
        ${renderButton(view, isAsking ? 'cancel' : 'erase', view.onAsk)}
        ${isAsking ? renderButton(view, 'eraseNow', view.onErase) : nothing}
      </div>
      <small id="reset-hint">${say('resetHint')}</small>
      <p role="status" part="status" class=${isBusy ? 'busy' : ''}>${status ? say(status) : nothing}</p>
      <details @toggle=${view.onToggle}>
        <summary>${say('showSignals')}</summary>
        ${view.isOpen && stored ? renderSignals(view, stored.signals) : nothing}
      </details>
    </div>
  </section>`;
}

// aria-disabled, not disabled: a button that turns off under the finger must not lose the focus
function renderButton({ say, isBusy }: ControlsView, key: Key, onClick: () => void): TemplateResult {
  return html`<button
    type="button"
    part="button ${key}"
    aria-describedby=${key === 'reset' ? 'reset-hint' : nothing}
    aria-disabled=${isBusy}
    @click=${isBusy ? null : onClick}
  >
    ${say(key)}
  </button>`;
}

function renderPurpose(view: ControlsView, purpose: AskedPurpose): TemplateResult {
  const { say, consent, hasPrivacyControl, isBusy, onAnswer } = view;
  const isRefused = hasPrivacyControl && purpose !== 'personalisation';
  const isLocked = !consent || isRefused || (purpose === 'training' && consent.measurement !== 'granted');
  const isOff = isLocked || isBusy;
  const isOn = !isLocked && consent[purpose] === 'granted';
  const isLost = !consent && purpose === 'personalisation';
  const hint = isLost ? 'noKit' : isRefused ? 'privacyControl' : (`${purpose}Hint` as const);
  const text = html`<span
    ><span id=${purpose}>${say(purpose)}</span><small id="${purpose}-hint">${say(hint)}</small></span
  >`;
  if (!isLocked && consent[purpose] === 'pending') {
    const answer = (key: 'yes' | 'no', state: ConsentState): TemplateResult =>
      html`<button
        type="button"
        part="button ${key}"
        id="${purpose}-${key}"
        aria-labelledby="${purpose} ${purpose}-${key}"
        aria-disabled=${isOff}
        @click=${isOff ? null : () => onAnswer(purpose, state)}
      >
        ${say(key)}
      </button>`;
    const answers = [answer('yes', 'granted'), answer('no', 'denied')];
    return html`<div class="row" part="purpose">${text}<span class="actions">${answers}</span></div>`;
  }
  return html`<button
    type="button"
    class="row"
    part="purpose"
    role="switch"
    aria-labelledby=${purpose}
    aria-describedby="${purpose}-hint"
    aria-checked=${isOn}
    aria-disabled=${isOff}
    @click=${isOff ? null : () => onAnswer(purpose, isOn ? 'denied' : 'granted')}
  >
    ${text}<i></i>
  </button>`;
}

/** The sections that the visitor has hidden, each with what shows it again. */
function renderHidden({ say, hidden, isBusy, onShow }: ControlsView): TemplateResult {
  const rows = [...hidden].map(
    ([placement, heading], at) =>
      html`<li class="row" part="hidden">
        <span id="hidden-${at}">${heading || placement}</span>
        <button
          type="button"
          part="button show"
          id="show-${at}"
          aria-labelledby="show-${at} hidden-${at}"
          aria-disabled=${isBusy}
          @click=${isBusy ? null : () => onShow(placement)}
        >
          ${say('showSection')}
        </button>
      </li>`,
  );
  // the keyboard goes on there, where the last row was
  const none = html`<small id="none" tabindex="-1">${say('noneHidden')}</small>`;
  return html`<h3 part="heading">${say('hiddenSections')}</h3>
    ${
      rows.length > 0
        ? html`<ul class="sections">
            ${rows}
          </ul>`
        : none
    }`;
}

function renderSignals({ say, locale, titleOf }: ControlsView, signals: readonly Signal[]): TemplateResult {
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const rest = signals.length - MAX_LISTED;
  return html`<ol>
      ${signals
        .slice(-MAX_LISTED)
        .reverse()
        .map(({ kind, itemId = '', query = '', at, ignored }) => {
          const text = say(`did_${kind}`, { title: titleOf(itemId), query });
          return html`<li>${text}<small>${time.format(at)}${ignored ? ` · ${say('ignored')}` : nothing}</small></li>`;
        })}
    </ol>
    ${rest > 0 ? html`<p>${say('more', { count: rest })}</p>` : nothing}`;
}
