import { html } from 'hono/html';
import { metricOf } from '../report/metrics.ts';
import { renderDocument } from './document.ts';
import type { ListedExperiment } from './listed-experiment.ts';
import { type Html, NOTHING, named, renderSection, textOf } from './markup.ts';
import { countText } from '../report/number-text.ts';
import { renderTime } from './time-text.ts';

export interface IndexPage {
  readonly experiments: readonly ListedExperiment[];
  readonly hrefOf: (key: string) => string;
}

const STATUS: Readonly<Record<ListedExperiment['status'], string>> = {
  ...{ running: 'running', draft: 'a draft: nobody is exposed', stopped: 'stopped' },
  left_out: 'no longer declared',
};

/** Every experiment that was declared, and the holdout, with where their reports are. */
export const renderIndex = (index: IndexPage): string =>
  textOf(
    renderDocument({
      title: 'Reports',
      content: html`<header class="top">
          <h1>Reports</h1>
        </header>
        <main>${renderLists(index)}</main>`,
    }),
  );

/** The lists alone, or what to do where there is nothing to list. */
export function renderLists({ experiments, hrefOf }: IndexPage): Html {
  if (experiments.length === 0) return renderNone();
  const render = (id: string, title: string, kind: ListedExperiment['kind']): Html => {
    const listed = experiments.filter((one) => one.kind === kind);
    if (listed.length === 0) return NOTHING;
    const items = listed.map((one) => renderListed(one, hrefOf(one.key)));
    return renderSection({
      ...{ id, title },
      content: html`<ul class="list">
        ${items}
      </ul>`,
    });
  };
  return html`${render('experiments', 'Experiments', 'experiment')} ${render('holdout', 'Holdout', 'holdout')}`;
}

function renderListed({ key, name, status, arms, phases, primary, declaredAt }: ListedExperiment, href: string): Html {
  const [phase = 0] = phases;
  const when = declaredAt === null ? '' : html` · first declared ${renderTime(new Date(declaredAt).toISOString())}`;
  return html`<li>
    <p><a href="${href}">${named(key)}</a>${name === '' ? '' : html` ${named(name)}`}</p>
    <p class="quiet">
      ${STATUS[status]} · ${countText(arms.length)} arms:
      ${arms.map((arm, i) => html`${i > 0 ? ', ' : ''}${named(arm)}`)}
    </p>
    <p class="quiet">
      ${primary === null ? 'no analysis declared' : `decides by ${metricOf(primary)?.label ?? primary}`}${
        phase > 0 ? ` · phase ${countText(phase)}` : ''
      }${when}
    </p>
  </li>`;
}

const renderNone = (): Html =>
  renderSection({
    ...{ id: 'none', title: 'No experiment is declared' },
    content: html`<p>
        A report goes by what was declared before an experiment starts: its arms, the metric that decides and what must
        not get worse. Write it into the file that pages read, and declare it to the collector’s database:
      </p>
      <pre><code>nearside experiments declare FILE --db DB</code></pre>
      <p>
        The collector may be running meanwhile; this page then lists it. What such a file holds is in
        docs/experiments.md.
      </p>`,
  });
