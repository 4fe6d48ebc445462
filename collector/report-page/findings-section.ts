import { html } from 'hono/html';
import type { Finding } from '../report/finding.ts';
import { ADVICE } from './finding-advice.ts';
import { type Html, NOTHING, renderSection } from './markup.ts';
import { sentence } from './metric-text.ts';
import { renderIcon } from './state-icon.ts';

/** What is wrong with the experiment: first what keeps it from a decision. */
export function renderFindings(findings: readonly Finding[]): Html {
  const blocking = findings.filter(({ blocks }) => blocks);
  const others = findings.filter(({ blocks }) => !blocks);
  return html`${
    blocking.length === 0
      ? NOTHING
      : renderSection({
          ...{ id: 'blocking', title: 'What stops a decision' },
          content: renderList(blocking),
        })
  }
  ${
    others.length === 0
      ? NOTHING
      : renderSection({ ...{ id: 'remarks', title: 'What to keep in mind' }, content: renderList(others) })
  }`;
}

function renderList(findings: readonly Finding[]): Html {
  const codes = [...new Set(findings.map(({ code }) => code))];
  const items = codes.map((code) =>
    renderAlike(
      findings.filter((finding) => finding.code === code),
      code,
    ),
  );
  return html`<ul class="findings">
    ${items}
  </ul>`;
}

/** Findings of one code, such as one for each arm: what to do is the same. */
function renderAlike(findings: readonly Finding[], code: Finding['code']): Html {
  const { title, todo } = ADVICE[code];
  const isBlocking = findings.some(({ blocks }) => blocks);
  return html`<li>
    ${renderIcon(isBlocking ? 'bad' : 'note')}
    <div>
      <h3>${title}</h3>
      ${findings.map(({ message }) => html`<p dir="auto">${sentence(message)}</p>`)}
      <p><strong>What to do:</strong> ${renderCode(todo)}</p>
      <p class="quiet"><code>${code}</code>${isBlocking ? ' · nothing is decided while it is so' : ''}</p>
    </div>
  </li>`;
}

/** Commands stand between backquotes. */
const renderCode = (text: string): Html =>
  html`${text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`;
