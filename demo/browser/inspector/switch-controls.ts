import { type TemplateResult, html, nothing } from 'lit/html.js';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';

export interface CheckControl {
  readonly id: string;
  readonly label: string;
  readonly isOn: boolean;
  readonly isFixed?: boolean;
  readonly onChange: (isOn: boolean) => void;
}

export const renderCheck = ({ id, label, isOn, isFixed = false, onChange }: CheckControl): TemplateResult =>
  html`<label class="check" for=${id}>
    <input
      type="checkbox"
      role="switch"
      id=${id}
      ?disabled=${isFixed}
      .checked=${live(isOn)}
      @change=${(event: Event) => onChange((event.currentTarget as HTMLInputElement).checked)}
    />
    ${label}
  </label>`;

export interface SelectControl {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly isFixed?: boolean;
  readonly onPick: (value: string) => void;
}

export const renderSelect = ({ id, label, value, options, isFixed = false, onPick }: SelectControl): TemplateResult =>
  html`<label class="pick" for=${id}>
    <span>${label}</span>
    <select
      id=${id}
      ?disabled=${isFixed}
      @change=${(event: Event) => onPick((event.currentTarget as HTMLSelectElement).value)}
    >
      ${repeat(
        options,
        ([name]) => name,
        ([name, text]) => html`<option value=${name} .selected=${live(name === value)}>${text}</option>`,
      )}
    </select>
  </label>`;

export interface SwitchCard {
  readonly title: string;
  readonly isOn: boolean;
  readonly does: string;
  readonly watch: string;
  readonly reloads?: boolean;
  readonly controls: TemplateResult | readonly TemplateResult[];
}

export const renderCard = ({ title, isOn, does, watch, reloads = false, controls }: SwitchCard): TemplateResult =>
  html`<fieldset class="switch" ?data-on=${isOn}>
    <legend>${title}</legend>
    ${controls}
    <p class="why">${does}</p>
    <p class="why"><b>Watch:</b> ${watch}</p>
    ${reloads ? html`<p class="quiet">Loads the page again.</p>` : nothing}
  </fieldset>`;
