import { LitElement, type PropertyDeclarations, type TemplateResult, html } from 'lit';
import type { Kit } from '../src/kit/types.ts';
import type { ControlsPanel } from './controls-panel.ts';
import type { RecMessages } from './messages.ts';

/**
 * `<rec-controls>`: what a visitor has agreed to, what is stored about them, and how to change both. It fetches what it
 * shows when it is first connected: pages without it do not pay for it.
 *
 * @slot - Shown until then, and where it cannot be fetched: a link to the site's own privacy page, say.
 * @csspart section - All of it.
 * @csspart heading - Both headings.
 * @csspart purpose - The row of a purpose; a switch, or what is asked.
 * @csspart hidden - The row of a section that the visitor has hidden.
 * @csspart show - The button that shows it again.
 * @csspart button - Every button but the switches.
 * @csspart yes - The button Yes.
 * @csspart no - The button No.
 * @csspart reset - The button that resets.
 * @csspart download - The button Download.
 * @csspart erase - The button Erase.
 * @csspart cancel - Stands for Erase while it is asked whether to.
 * @csspart eraseNow - The button that erases, once it was asked whether to.
 * @csspart status - What is said politely.
 * @cssprop [--rec-radius=0.5rem] - Of corners.
 * @cssprop [--rec-heading-size=1.25rem] - The font size of the heading.
 * @cssprop [--rec-focus-color=light-dark(#0b57d0, #a8c7fa)] - Of the ring around what has the focus.
 * @cssprop [--rec-button-color=light-dark(#1b1b1b, #f4f4f4)] - Of text and icons.
 * @cssprop [--rec-button-background=light-dark(#fff, #262626)] - Of buttons.
 * @cssprop [--rec-button-border=light-dark(#767676, #8c8c8c)] - The colour of their border.
 * @cssprop [--rec-button-hover=light-dark(#ececec, #3a3a3a)] - The background under the pointer.
 * @cssprop [--rec-button-color-disabled=light-dark(#8a8a8a, #7d7d7d)] - At the ends, or while something is done.
 * @cssprop [--rec-button-border-disabled=light-dark(#c8c8c8, #4a4a4a)] - At the ends, or while something is done.
 * @customElement rec-controls
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
