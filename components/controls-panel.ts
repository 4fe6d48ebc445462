import { type ReactiveController, type TemplateResult, adoptStyles } from 'lit';
import type { ConsentState } from '../src/core/consent.ts';
import type { Problem } from '../src/core/problem.ts';
import type { DeviceExport, Kit, Unsubscribe } from '../src/kit/types.ts';
import { connectedKit, onConnectedKit } from './connect-kit.ts';
import { controlsStyle } from './controls-style.ts';
import { renderControls } from './controls-view.ts';
import { CONTROLS_EN } from './messages/controls-en.ts';
import { type AskedPurpose, type ControlsMessages, messagesFor, onMessages, say } from './messages.ts';
import type { RecControls } from './rec-controls.ts';
import { startAfresh } from './start-afresh.ts';

interface State {
  /** Null while it is being read. */
  stored: DeviceExport | null;
  /** What is being done, has been done, or is asked. */
  status: keyof ControlsMessages | null;
  /** Whether the list of acts is open. */
  isOpen: boolean;
  isBusy: boolean;
  /** Whether the visitor is asked if everything shall be erased. */
  isAsking: boolean;
}

/** What `<rec-controls>` does and shows. */
export class ControlsPanel implements ReactiveController {
  readonly #host: RecControls;
  readonly #state: State = { stored: null, status: null, isOpen: false, isBusy: false, isAsking: false };
  /** The kit that is shown. */
  #kit: Kit | null = null;
  #stops: Unsubscribe[] = [];
  #leaveKit: Unsubscribe[] = [];
  #isReading = false;
  #isStale = false;
  /** Whose question was answered: the switch that takes its place gets the focus. */
  #answered: AskedPurpose | null = null;
  /** Of the hidden section whose button has the focus, its place in the list; -1 where none has. */
  #focusedSection = -1;

  constructor(host: RecControls) {
    this.#host = host;
    adoptStyles(host.renderRoot as ShadowRoot, [controlsStyle]);
    host.addController(this);
  }

  hostConnected(): void {
    const update = (): void => this.#set({});
    this.#stops = [onConnectedKit(update), onMessages(update)];
    update();
  }

  hostDisconnected(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#follow(null);
  }

  hostUpdate(): void {
    if (this.#host.isConnected) this.#follow(this.#host.kit ?? connectedKit());
    this.#focusedSection = this.#sectionButtons.findIndex((button) => button.matches(':focus'));
  }

  hostUpdated(): void {
    const { renderRoot, shadowRoot } = this.#host;
    // the row that had the focus is gone: the next one is under the finger, or the one before
    if (this.#focusedSection >= 0 && shadowRoot?.activeElement === null)
      (
        this.#sectionButtons[this.#focusedSection] ??
        this.#sectionButtons.at(-1) ??
        renderRoot.querySelector<HTMLElement>('#none')
      )?.focus();
    if (this.#answered === null) return;
    const turned = renderRoot.querySelector<HTMLElement>(`[role=switch][aria-labelledby=${this.#answered}]`);
    if (turned === null) return;
    this.#answered = null;
    if (shadowRoot?.activeElement === null) turned.focus();
  }

  get #sectionButtons(): HTMLElement[] {
    return [...this.#host.renderRoot.querySelectorAll<HTMLElement>('.sections button')];
  }

  #set(change: Partial<State>): void {
    Object.assign(this.#state, change);
    this.#host.requestUpdate();
  }

  #follow(kit: Kit | null): void {
    if (kit === this.#kit) return;
    for (const leave of this.#leaveKit.splice(0)) leave();
    this.#kit = kit;
    Object.assign(this.#state, { stored: null, status: null, isAsking: false });
    if (kit === null) return;
    this.#leaveKit = [kit.onConsent(this.#read), kit.onSignal(this.#read), kit.onHidden(() => this.#set({}))];
    this.#read();
  }

  /** Reads what is stored, and once more where something has changed meanwhile. */
  readonly #read = (): void => {
    this.#isStale = true;
    this.#set({});
    if (!this.#isReading) void this.#readAll();
  };

  async #readAll(): Promise<void> {
    this.#isReading = true;
    while (this.#isStale && this.#kit !== null) {
      this.#isStale = false;
      const kit = this.#kit;
      const stored = await kit.export();
      if (kit === this.#kit) this.#set('code' in stored ? { status: 'failed' } : { stored });
    }
    this.#isReading = false;
  }

  /** One thing at a time, with a word while it is done and after it. */
  async #do(work: (kit: Kit) => Promise<Problem | null>, done: State['status'] = null): Promise<void> {
    const kit = this.#kit;
    if (kit === null || this.#state.isBusy) return;
    this.#set({ isBusy: true, isAsking: false, status: 'working' });
    const problem = await work(kit);
    this.#set({ isBusy: false, status: problem === null ? done : 'failed' });
    this.#read();
  }

  readonly #answer = (purpose: AskedPurpose, state: ConsentState): void => {
    this.#answered = purpose;
    // training says nothing without measurement: a later yes to that is none to this
    const both = purpose === 'measurement' && state === 'denied' ? { training: state } : {};
    void this.#do((kit) => kit.setConsent({ ...both, [purpose]: state }));
  };

  readonly #ask = (): void => {
    const isAsking = !this.#state.isAsking;
    this.#set({ isAsking, status: isAsking ? 'eraseQuestion' : null });
  };

  readonly #erase = (): void => {
    // the button that was pressed goes away with the question
    this.#host.renderRoot.querySelector<HTMLElement>('[part~=cancel]')?.focus();
    void this.#do((kit) => kit.erase(), 'erased');
  };

  render(): TemplateResult {
    const messages = { ...CONTROLS_EN, ...messagesFor(this.#host.messages) };
    const kit = this.#kit;
    return renderControls({
      ...this.#state,
      say: (key, words) => say(messages, key, words),
      locale: messages.reasons?.locale ?? 'en',
      titleOf: (itemId) => this.#host.titleOf?.(itemId) ?? itemId,
      consent: kit && kit.consent(),
      hasPrivacyControl: hasPrivacyControl(),
      hidden: kit?.hidden() ?? new Map(),
      sends: kit !== null && kit.level() !== 'none',
      onAnswer: this.#answer,
      onShow: (placement) => void this.#do((its) => its.hide(placement, false), 'sectionShown'),
      onToggle: (event) => this.#set({ isOpen: (event.target as HTMLDetailsElement).open }),
      onReset: () => void this.#do(startAfresh, 'resetDone'),
      onDownload: () => void this.#do(download),
      onErase: this.#erase,
      onAsk: this.#ask,
    });
  }
}

async function download(kit: Kit): Promise<Problem | null> {
  const stored = await kit.export();
  if ('code' in stored) return stored;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(stored, null, 2)], { type: 'application/json' }));
  link.download = 'stored-in-this-browser.json';
  link.click();
  // not at once: WebKit fetches it later
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return null;
}

// https://w3c.github.io/gpc/; not in TypeScript's DOM types yet
const hasPrivacyControl = (): boolean =>
  (navigator as Navigator & { readonly globalPrivacyControl?: unknown }).globalPrivacyControl === true;
