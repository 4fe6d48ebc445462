import type { Consent, ConsentState, Purpose } from 'nearside';
import { type TemplateResult, html } from 'lit/html.js';
import { egressOf, parseArms } from '../settings.ts';
import type { View } from './inspected.ts';
import { renderCard, renderCheck, renderSelect } from './switch-controls.ts';

const PURPOSES: Readonly<Record<Purpose, string>> = {
  personalisation: 'Personalisation',
  measurement: 'Measurement',
  training: 'Training',
  sync: 'Sync',
};

const STATES: readonly (readonly [ConsentState, string])[] = [
  ['pending', 'not asked yet'],
  ['granted', 'granted'],
  ['denied', 'denied'],
];

export function renderPrivacySwitch({ switches, isPrivate, reload }: View): TemplateResult {
  const isOn = isPrivate || switches.settings.gpc === 'on';
  const onChange = (on: boolean): void => {
    switches.change({ gpc: on ? 'on' : undefined });
    reload('switch-gpc');
  };
  return renderCard({
    ...{ title: 'Global Privacy Control', isOn, reloads: true },
    does: isPrivate
      ? 'Your browser asks for it by itself.'
      : 'The browser says, as some do by a setting, that nothing may be sold or shared.',
    watch: 'measurement and training are denied, the level is none, nothing leaves; shelves are still ranked here.',
    controls: renderCheck({
      ...{ id: 'switch-gpc', label: 'Say that I want privacy', isOn, isFixed: isPrivate, onChange },
    }),
  });
}

export function renderConsentSwitch(view: View): TemplateResult {
  const { consent } = view.observation.now;
  const isOther = consent.personalisation !== 'granted' || consent.measurement !== 'granted';
  return renderCard({
    ...{ title: 'Consent', isOn: isOther },
    does: 'Tells the kit what you agree to, at once and on every page of this shop.',
    watch:
      'without personalisation signals are deleted and shelves are in the server’s order; without measurement nothing leaves, and what waited is deleted.',
    controls: (Object.keys(PURPOSES) as Purpose[]).map((purpose) => renderPurpose(view, purpose, consent)),
  });
}

function renderPurpose({ kit, progress, rankAgain, redraw }: View, purpose: Purpose, consent: Consent): TemplateResult {
  const answer = async (state: string): Promise<void> => {
    await progress.track('Following your answer', kit.setConsent({ [purpose]: state as ConsentState }));
    rankAgain();
    redraw();
  };
  return renderSelect({
    ...{ id: `switch-consent-${purpose}`, label: PURPOSES[purpose], value: consent[purpose], options: STATES },
    onPick: (state) => void answer(state),
  });
}

export function renderLevelSwitch({ switches, reload }: View): TemplateResult {
  const value = egressOf(switches.settings);
  const onPick = (level: string): void => {
    switches.change({ egress: level === 'events' ? undefined : level });
    reload('switch-egress');
  };
  return renderCard({
    ...{ title: 'What the shop wants', isOn: value !== 'events', reloads: true },
    does: 'The most that the shop lets its kit send; your consent may allow less.',
    watch: 'level under Now. With training, one event slate and one event ranking leave for each shelf.',
    controls: renderSelect({
      ...{ id: 'switch-egress', label: 'Level', value, onPick },
      options: [
        ['none', 'none: nothing leaves'],
        ['events', 'events: what you do to a shelf'],
        ['training', 'training: also how shelves are decided'],
      ],
    }),
  });
}

interface GivenExperiment {
  readonly key: string;
  readonly name?: string;
  readonly meta: readonly { readonly key: string }[];
}

export function renderArmSwitch(view: View): TemplateResult {
  const { switches, reload } = view;
  const asked = parseArms(switches.settings.qa);
  const pick = (experiment: string, arm: string): void => {
    const arms = Object.entries({ ...asked, [experiment]: arm }).filter(([, one]) => one !== '');
    switches.change({ qa: arms.map((pair) => pair.join(':')).join(',') || undefined });
    reload(`switch-arm-${experiment}`);
  };
  const controls = readExperiments().map(({ key, name = key, meta }) =>
    renderSelect({
      ...{ id: `switch-arm-${key}`, label: name, value: asked[key] ?? '' },
      options: [['', 'by chance'], ...meta.map((arm) => [arm.key, arm.key] as const)],
      onPick: (arm) => pick(key, arm),
    }),
  );
  return renderCard({
    ...{ title: 'Arms of experiments', isOn: Object.keys(asked).length > 0, reloads: true },
    does: 'Shows an arm that you would not get by chance. Of such a slate nothing is told to the collector.',
    watch: 'a QA badge over each shelf that the experiment concerns, and the arm under Now.',
    controls: html`${controls}`,
  });
}

/** As the page hands them to its kit. */
function readExperiments(): readonly GivenExperiment[] {
  const text = document.querySelector('#shop-experiments')?.textContent ?? '{}';
  return (JSON.parse(text) as { experiments?: readonly GivenExperiment[] }).experiments ?? [];
}
