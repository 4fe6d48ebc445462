import { html } from 'hono/html';
import type { Verdict } from '../report/verdict.ts';
import type { Html } from './markup.ts';
import { sentence } from './metric-text.ts';
import { type State, renderIcon } from './state-icon.ts';

const STATES: Readonly<Record<Verdict['decision'], State>> = { ship: 'good', stop: 'bad', wait: 'wait' };
const WORDS: Readonly<Record<Verdict['decision'], string>> = { ship: 'Ship', stop: 'Stop', wait: 'Wait' };

/** Ship, stop or wait, and why: the first thing to read. */
export function renderVerdict({ decision, sentence: text }: Verdict): Html {
  const word = WORDS[decision];
  // the sentence begins with the word; large, it must not stand there twice
  const rest = text.startsWith(word) ? text.slice(word.length) : `: ${text}`;
  return html`<section class="card verdict ${STATES[decision]}" aria-labelledby="verdict">
    <h2 id="verdict" class="unseen">Verdict</h2>
    ${renderIcon(STATES[decision])}
    <p dir="auto"><strong>${word}</strong>${sentence(rest)}</p>
  </section>`;
}
