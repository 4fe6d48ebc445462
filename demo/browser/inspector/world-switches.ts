import { type TemplateResult, html } from 'lit/html.js';
import type { SettingName } from '../settings.ts';
import { travelText } from '../travel.ts';
import { LAGS } from './active-switches.ts';
import { formatCount, formatDate } from './format.ts';
import type { View } from './inspected.ts';
import { renderCard, renderCheck, renderSelect } from './switch-controls.ts';

const FILES = ['rank.onnx', 'micro.bin', 'linear.json', 'manifest.json'];
const JOURNEYS = [1, 24, 24 * 7, 24 * 91];

/** Holds at once: the shelves show it. */
function changeNow({ switches, observation, rankAgain, redraw }: View, name: SettingName, value?: string): void {
  switches.change({ [name]: value });
  rankAgain();
  observation.read();
  redraw();
}

export function renderOfflineSwitch(view: View): TemplateResult {
  const isOn = view.switches.settings.offline === 'on';
  const onChange = (on: boolean): void => {
    changeNow(view, 'offline', on ? 'on' : undefined);
    if (!on) void view.progress.track('Sending what waits', view.kit.flush());
  };
  return renderCard({
    ...{ title: 'Offline', isOn },
    does: 'Every request of the kit fails. The pages of the shop still come.',
    watch:
      'shelves go on being ranked; the outbox fills and says collector_unreachable; switched off, all of it goes out.',
    controls: renderCheck({ id: 'switch-offline', label: 'Cut the kit off from the network', isOn, onChange }),
  });
}

export function renderWorkerSwitch(view: View): TemplateResult {
  const { workers, rankAgain, redraw, switches, reload } = view;
  const isOn = switches.settings.worker === 'none';
  const end = (): void => {
    workers.end();
    rankAgain();
    redraw();
  };
  const onChange = (on: boolean): void => {
    switches.change({ worker: on ? 'none' : undefined });
    reload('switch-worker');
  };
  return renderCard({
    ...{ title: 'Kill the worker', isOn },
    does: 'Ends the worker that ranks, as a crash would; the kit is not told.',
    watch: 'the next slate comes from micro, with worker_timeout; then a new worker is started, at most three times.',
    controls: html`<p class="acts">
        <button type="button" id="switch-end-worker" ?disabled=${isOn} @click=${end}>End the worker now</button>
        <span data-workers>${formatCount(workers.started, 'worker')} started, ${workers.ended} ended here</span>
      </p>
      ${renderCheck({ id: 'switch-worker', label: 'No worker at all (loads the page again)', isOn, onChange })}`,
  });
}

export function renderBundleSwitch({ switches, reload }: View): TemplateResult {
  const { spoil = '' } = switches.settings;
  const onPick = (file: string): void => {
    switches.change({ spoil: file || undefined });
    reload('switch-spoil');
  };
  return renderCard({
    ...{ title: 'Break the bundle', isOn: spoil !== '', reloads: true },
    does: 'Flips one bit of a file of the model bundle on its way.',
    watch:
      'bundle_file_mismatch or bundle_manifest_invalid, and the last good bundle of this device goes on ranking; after “Forget me” there is none, and a smaller engine answers.',
    controls: renderSelect({
      ...{ id: 'switch-spoil', label: 'File', value: spoil, onPick },
      options: [['', 'none'], ...FILES.map((file) => [file, file] as const)],
    }),
  });
}

export function renderLagSwitch(view: View): TemplateResult {
  const { lag = '' } = view.switches.settings;
  return renderCard({
    ...{ title: 'Server lag', isOn: lag !== '' },
    does: 'Makes each list of candidates say that the server had seen what you did up to then, and no later.',
    watch: 'server lag under Now: how many of your signals are newer. It is one of the model’s inputs.',
    controls: renderSelect({
      ...{ id: 'switch-lag', label: 'The server', value: lag },
      options: [['', 'a day behind, as sent'], ...Object.entries(LAGS)],
      onPick: (picked) => changeNow(view, 'lag', picked || undefined),
    }),
  });
}

export function renderTravelSwitch(view: View): TemplateResult {
  const hours = Number(view.switches.settings.travel) || 0;
  const go = (to: number): void => changeNow(view, 'travel', to === 0 ? undefined : String(to));
  return renderCard({
    ...{ title: 'Time travel', isOn: hours > 0 },
    does: `Sets the kit’s clock ahead; it says ${formatDate(view.clock())}.`,
    watch:
      'ages grow, the session ends after half an hour, prices of lists that are out of date are not used; after 7 days unsent events are given up, after 90 days signals are deleted at the next act.',
    controls: html`<p class="acts">
      ${JOURNEYS.map(
        (step, i) =>
          html`<button
            type="button"
            id=${i === 2 ? 'switch-travel' : `switch-travel-${String(step)}`}
            @click=${() => go(hours + step)}
          >
            ${travelText(step)}
          </button>`,
      )}
      <button type="button" id="switch-travel-back" ?disabled=${hours === 0} @click=${() => go(0)}>Back to now</button>
    </p>`,
  });
}
