import { type TemplateResult, html, nothing } from 'lit/html.js';
import { storageNameOf } from '../settings.ts';
import { activeSwitches } from './active-switches.ts';
import type { View } from './inspected.ts';
import { renderArmSwitch, renderConsentSwitch, renderLevelSwitch, renderPrivacySwitch } from './visitor-switches.ts';
import {
  renderBundleSwitch,
  renderLagSwitch,
  renderOfflineSwitch,
  renderTravelSwitch,
  renderWorkerSwitch,
} from './world-switches.ts';

/** Everything that can be made to go wrong, or to be otherwise, on this page. */
export function renderSwitches(view: View): TemplateResult {
  const active = activeSwitches(view.switches.settings, view.observation.now.consent);
  return html`<p class="note">
      Each acts on the real part: what the kit fetches with, its worker, its clock, its consent. They hold for this tab;
      consent for the whole shop.
    </p>
    <p class="acts">
      <button type="button" id="switch-reset" @click=${() => reset(view)}>Reset all switches</button>
      <span data-active>${active.length === 0 ? 'All is as for any visitor.' : active.join(' · ')}</span>
    </p>
    ${renderOfflineSwitch(view)} ${renderWorkerSwitch(view)} ${renderBundleSwitch(view)} ${renderPrivacySwitch(view)}
    ${renderConsentSwitch(view)} ${renderLevelSwitch(view)}
    ${view.switches.settings.experiments === 'none' ? nothing : renderArmSwitch(view)} ${renderLagSwitch(view)}
    ${renderTravelSwitch(view)}`;
}

function reset({ switches, reload }: View): void {
  switches.reset();
  // nobody has been asked by way of the kit, as at the first visit
  localStorage.removeItem(`${storageNameOf(switches.settings)}:consent`);
  reload('switch-reset');
}
