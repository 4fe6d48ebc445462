import type { Problem, Tier } from 'nearside';
import { type TemplateResult, html, nothing } from 'lit/html.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Observed, SeenSlate } from '../observation.ts';
import { formatAge } from './age.ts';
import { renderArms } from './arms-table.ts';
import { formatCount, formatMs, formatTime, shorten } from './format.ts';
import type { View } from './inspected.ts';
import { shelvesOf } from './shelves.ts';
import { renderActs } from './visitor-acts.ts';

const PROBLEMS_SHOWN = 10;

/** What the answering engine means. */
const TIERS: Readonly<Record<Tier, string>> = {
  server: 'the server’s own order, under the shop’s rules',
  linear: 'the linear blend, on this device',
  micro: 'the model in plain typed arrays, on this device',
  wasm: 'the model in onnxruntime, on this device',
  webgpu: 'the model on this device’s graphics processor',
};

/** What holds now: the newest slate, the engine, consent and delivery. */
export function renderNow(view: View): TemplateResult {
  const { now } = view.observation;
  return html`${renderActs(view)}
    <dl class="facts">
      ${factsOf(now).map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd data-fact=${slug(name)}>${value}</dd>
          </div>`,
      )}
    </dl>
    ${renderPlacements(view)} ${renderArms(now.assignments)} ${renderProblems(view)}`;
}

function factsOf({ newest, ready, consent, level, delivery, pending, problems }: Observed): [string, string][] {
  const slate = newest?.slate;
  return [
    ['Tier', slate === undefined ? 'no slate yet' : `${slate.tier}: ${TIERS[slate.tier]}`],
    ['Tier problem', problemText(slate?.tierProblem)],
    ['Time', timeText(newest)],
    ['Engine', ready === undefined ? 'loading' : ready.tier],
    ['Engine problem', problemText(ready?.problem)],
    ['Model', slate?.modelId || ready?.modelId || 'none'],
    ['Signal age', ageText(slate?.signalAgeMs ?? null)],
    ['Server lag', lagText(slate?.serverLag ?? null)],
    [
      'Consent',
      Object.entries(consent)
        .map((entry) => entry.join(' '))
        .join(', '),
    ],
    ['Level', level],
    ['Outbox', pending === null ? 'cannot be read' : formatCount(pending.events, 'event')],
    ['Delivery', deliveryText(delivery)],
    ['Last problem', problemText(problems[0]?.problem)],
  ];
}

const slug = (name: string): string => name.toLowerCase().replaceAll(' ', '-');

const problemText = (problem: Problem | undefined): string =>
  problem === undefined ? 'none' : `${problem.code}: ${problem.message}`;

function deliveryText(delivery: Observed['delivery']): string {
  if (delivery === undefined) return 'nothing sent yet';
  const sent = `${formatCount(delivery.sent, 'event')} sent last`;
  return delivery.problem === undefined ? sent : `${sent}, then ${delivery.problem.code}`;
}

const timeText = (seen: SeenSlate | undefined): string => (seen?.made ? formatMs(seen.made.tookMs) : 'none yet');

export const ageText = (signalAgeMs: number | null): string =>
  signalAgeMs === null ? 'no signal' : `${formatAge(signalAgeMs)} when ranked`;

export const lagText = (serverLag: number | null): string =>
  serverLag === null ? 'unknown' : `${formatCount(serverLag, 'signal')} behind`;

function renderPlacements({ observation, show, clock }: View): TemplateResult {
  const shelves = shelvesOf(observation.now);
  if (shelves.length === 0) return html`<p class="note">No shelf has been ranked on this page yet.</p>`;
  return html`<h3>Shelves of this page</h3>
    <table>
      <thead>
        <tr>
          <th scope="col">Shelf</th>
          <th scope="col">Tier</th>
          <th scope="col">Took</th>
          <th scope="col">Ranked</th>
          <th scope="col">Model</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          shelves,
          ({ slate }) => slate.placement,
          (seen) => {
            const { placement, tier, modelId } = seen.slate;
            return html`<tr data-shelf=${placement}>
              <th scope="row">
                <button type="button" class="plain" @click=${() => show('slates', `slate-${placement}`)}>
                  ${placement}
                </button>
              </th>
              <td>${tier}</td>
              <td data-took>${timeText(seen)}</td>
              <td>${formatAge(clock() - seen.at)} ago</td>
              <td title=${modelId}>${shorten(modelId) || 'none'}</td>
            </tr>`;
          },
        )}
      </tbody>
    </table>`;
}

function renderProblems({ observation }: View): TemplateResult | typeof nothing {
  const { problems } = observation.now;
  if (problems.length === 0) return nothing;
  return html`<h3>Problems of this page</h3>
    <ul class="problems">
      ${problems
        .slice(0, PROBLEMS_SHOWN)
        .map(
          ({ problem: { code, message }, at }) =>
            html`<li data-problem=${code}><b>${code}</b> ${message} <span class="quiet">${formatTime(at)}</span></li>`,
        )}
    </ul>`;
}
