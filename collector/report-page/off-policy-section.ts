import { html } from 'hono/html';
import type { ForetoldArm, ForetoldValue } from '../report/foretold.ts';
import { countText, numberText } from '../report/number-text.ts';
import type { Report } from '../report/report.ts';
import { type Html, NOTHING, named, renderRow, renderSection, renderTable } from './markup.ts';

const HEAD = ['Arm', 'Foretold', 'Came', 'Does it agree?', 'Effective slates'];

/** What logged slates foretold of arms, beside what came: offline figures that predict nothing are seen here. */
export function renderOffPolicy({ offPolicy, loggedSlates }: Report): Html {
  // it takes long and all of a core, which a collector that stores events has better use for
  if (offPolicy === undefined)
    return loggedSlates === 0
      ? NOTHING
      : renderSection({
          ...{ id: 'foretold', title: 'What logged slates foretold' },
          content: html`<p>
            ${countText(loggedSlates)} slates are logged. <code>nearside report --html FILE</code> adds what they
            foretold of arms that change the policy.
          </p>`,
        });
  if (offPolicy === null) return NOTHING;
  return renderSection({
    ...{ id: 'foretold', title: 'What logged slates foretold' },
    content: html`<p>
        Clicked items per slate of each arm that changes the policy: estimated from control’s slates alone, and as the
        arm’s own slates had it. Where they differ, offline figures do not foretell this metric here. They decide
        nothing.
      </p>
      ${renderTable({ ...{ id: 'foretold-table', caption: 'Foretold and come' }, head: HEAD, rows: offPolicy.map(renderArm) })}
      <ul class="notes">
        ${offPolicy.map(renderReason)}
      </ul>`,
  });
}

const renderArm = ({ arm, predicted, measured }: ForetoldArm): Html =>
  renderRow(named(arm), [
    predicted.dr === null ? 'no estimate' : valueText(predicted.dr),
    measured === null ? 'no slates' : valueText(measured),
    agreement(predicted.dr, measured),
    countText(Math.round(predicted.ess)),
  ]);

/** In words of their own: a cell of a table does not break. */
const renderReason = ({ arm, predicted: { verdict, reason = verdict, dr } }: ForetoldArm): Html =>
  dr === null ? html`<li>${named(arm)}: no estimate, ${reason}.</li>` : NOTHING;

const valueText = ({ mean, low, high }: ForetoldValue): string =>
  low === null || high === null ? numberText(mean) : `${numberText(mean)} (${numberText(low)} to ${numberText(high)})`;

function agreement(foretold: ForetoldValue | null, came: ForetoldValue | null): string {
  if (foretold === null || came === null) return 'cannot be told';
  const [one, other] = [foretold, came].map(({ low, high }) => (low === null || high === null ? null : { low, high }));
  if (!one || !other) return 'cannot be told';
  return one.low <= other.high && other.low <= one.high ? 'yes: the intervals meet' : 'no: they lie apart';
}
