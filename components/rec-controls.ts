import { LitElement, type PropertyDeclarations, type TemplateResult, html } from 'lit';
import type { Kit } from '../src/kit/types.ts';
import type { ControlsPanel } from './controls-panel.ts';
import type { RecMessages } from './messages.ts';

/**
 * `<rec-controls>`: what a visitor has agreed to, what is stored about them, and how to change both. It fetches what it
 * shows when it is first connected: pages without it do not pay for it.
 *
 * @slot - Shown until then, and where it cannot be fetched: a link to the site's own privacy page, say.
 * @csspart section, heading, purpose, button, yes, no, reset, download, erase, cancel, eraseNow, status
 * @cssprop --rec-radius, --rec-heading-size, --rec-focus-color, --rec-button-color, --rec-button-background,
 *   --rec-button-border, --rec-button-hover, --rec-button-color-disabled, --rec-button-border-disabled
 */
export class RecControls extends LitElement {
  static override properties: PropertyDeclarations = {
    kit: { attribute: false },
    messages: { attribute: false },
    titleOf: { attribute: false },
    panel: { state: true },
  };

  /** The element's own kit; without one, that of `connectKit`. */
  declare kit: Kit | null;
  /** Over those of the page. */
  declare messages: Partial<RecMessages> | null;
  /** The title of an item in the list of acts; where there is none, its id stands there. */
  declare titleOf: ((itemId: string) => string | undefined) | null;
  declare private panel: ControlsPanel | null;

  constructor() {
    super();
    Object.assign(this, { kit: null, messages: null, titleOf: null, panel: null });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      const { ControlsPanel } = await import('./controls-panel.ts');
      this.panel ??= new ControlsPanel(this);
    } catch {
      // what is slotted stays
    }
  }

  protected override render(): TemplateResult {
    return this.panel?.render() ?? html`<slot></slot>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'rec-controls': RecControls;
  }
}
