import type { Consent, DeliveryReport, EgressLevel, Problem, Slate, Tier } from 'nearside';
import { formatAge } from './age.ts';
import { createElement } from './element.ts';
import { countText } from './inspector-signals.ts';

export interface InspectorState {
  readonly consent: Consent;
  /** In effect. */
  readonly level: EgressLevel;
  readonly slate?: Slate;
  readonly ready?: { readonly tier: Tier; readonly modelId: string; readonly problem?: Problem };
  readonly delivery?: DeliveryReport;
  readonly problem?: Problem;
}

/** The facts of the newest slate, of the engine and of the delivery, as a list of names and values. */
export function renderState({ consent, level, slate, ready, delivery, problem }: InspectorState): HTMLElement {
  const signalAge = slate?.signalAgeMs ?? null;
  const serverLag = slate?.serverLag ?? null;
  const facts: [name: string, value: string][] = [
    ['Tier', slate?.tier ?? 'no slate yet'],
    ['Tier problem', problemText(slate?.tierProblem)],
    ['Engine', ready === undefined ? 'loading' : ready.tier],
    ['Engine problem', problemText(ready?.problem)],
    ['Model', slate?.modelId || ready?.modelId || 'none'],
    ['Signal age', signalAge === null ? 'no signal' : formatAge(signalAge)],
    ['Server lag', serverLag === null ? 'unknown' : `${countText(serverLag, 'signal')} behind`],
    ['Consent', consentText(consent)],
    ['Level', level],
    ['Delivery', deliveryText(delivery)],
    ['Last problem', problemText(problem)],
  ];
  const rows = facts.map(([name, value]) =>
    createElement('div', {}, createElement('dt', {}, name), createElement('dd', { 'data-fact': slug(name) }, value)),
  );
  return createElement('dl', { class: 'facts' }, ...rows);
}

const slug = (name: string): string => name.toLowerCase().replaceAll(' ', '-');

const consentText = (consent: Consent): string =>
  Object.entries(consent)
    .map(([purpose, state]) => `${purpose} ${state}`)
    .join(', ');

const problemText = (problem: Problem | undefined): string =>
  problem === undefined ? 'none' : `${problem.code}: ${problem.message}`;

function deliveryText(delivery: DeliveryReport | undefined): string {
  if (delivery === undefined) return 'nothing sent yet';
  const counts = `${String(delivery.sent)} sent, ${String(delivery.pending)} waiting`;
  return delivery.problem === undefined ? counts : `${counts}; ${problemText(delivery.problem)}`;
}
