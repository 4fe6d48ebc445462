import { EndedSessions } from './baseline.ts';
import { CandidateGenerator } from './generator.ts';
import { Histories } from './histories.ts';
import type { Query } from './queries.ts';
import type { LogSession } from './site-log.ts';

/** Events that the generator is behind, one as likely as the other: some servers are up to date, some are not. */
const LAGS = [0, 1, 2, 4, 8] as const;

export interface ChoiceInput {
  readonly session: Pick<LogSession, 'userId' | 'sessionId' | 'startAt'>;
  readonly target: number;
  /** Rows of the running session, oldest first; never candidates. */
  readonly context: readonly number[];
}

export interface ChoiceGeneratorOptions {
  /** By time. */
  readonly sessions: readonly LogSession[];
  readonly rows: ReadonlyMap<string, number>;
  /** How many an example has. */
  readonly choices: number;
  readonly random: () => number;
}

/**
 * Choices as a site's server sends them: of what the generator proposes that knows the visitor up to some events ago.
 * They are like the target, as most candidates on a page are; sampled ones mostly are not. The order among them is left
 * out: it is this generator's, not that of the site.
 */
export class ChoiceGenerator {
  readonly #generator: CandidateGenerator;
  readonly #ended: EndedSessions;
  readonly #rows: ReadonlyMap<string, number>;
  readonly #histories: Histories;
  #earlier: { readonly sessionId: string; readonly rows: readonly number[] } = { sessionId: '', rows: [] };
  readonly #choices: number;
  readonly #random: () => number;

  constructor({ sessions, rows, choices, random }: ChoiceGeneratorOptions) {
    this.#generator = new CandidateGenerator(rows.size);
    this.#ended = new EndedSessions(sessions, rows);
    this.#histories = new Histories(sessions);
    this.#rows = rows;
    this.#choices = choices;
    this.#random = random;
  }

  /** Moves to a session's start, epoch ms. */
  advance(at: number): void {
    for (const session of this.#ended.until(at)) this.#generator.learn(session);
  }

  /** All rows that are proposed; undefined where the target is not among them. */
  propose({ session, target, context }: ChoiceInput): number[] | undefined {
    const earlier = this.#earlierOf(session);
    const known = [...earlier, ...context];
    const behind = Math.min(LAGS[Math.floor(this.#random() * LAGS.length)], known.length);
    const seen = known.slice(0, known.length - behind);
    const met = new Set(context);
    const proposed = this.#generator
      .propose(seen, new Set(seen.slice(earlier.length)))
      .flatMap(({ row }) => (met.has(row) ? [] : [row]));
    return proposed.includes(target) ? proposed : undefined;
  }

  /** Rows that the visitor met before the session began, oldest first. */
  #earlierOf(session: ChoiceInput['session']): readonly number[] {
    if (this.#earlier.sessionId !== session.sessionId) {
      const rows = this.#histories
        .before(session)
        .flatMap(({ events }) => events.flatMap(({ itemId }) => this.#rows.get(itemId) ?? []));
      this.#earlier = { sessionId: session.sessionId, rows };
    }
    return this.#earlier.rows;
  }

  /** Rows, the target first; undefined where the target is not proposed, or too little is. */
  draw(input: ChoiceInput): number[] | undefined {
    const proposed = this.propose(input);
    if (proposed === undefined || proposed.length < this.#choices) return undefined;
    const chosen = new Set([input.target]);
    while (chosen.size < this.#choices) chosen.add(proposed[Math.floor(this.#random() * proposed.length)]);
    return [...chosen];
  }
}

/** The same queries with a generator's candidates, where it proposes the target. */
export function generatedQueries(queries: readonly Query[], options: ChoiceGeneratorOptions): Query[] {
  const { rows } = options;
  const ids = [...rows.keys()];
  const generator = new ChoiceGenerator(options);
  return [...queries]
    .sort((a, b) => a.startAt - b.startAt)
    .flatMap((query) => {
      generator.advance(query.startAt);
      const context = query.context.flatMap((id) => rows.get(id) ?? []);
      const target = rows.get(query.target);
      const proposed = target === undefined ? undefined : generator.propose({ session: query, target, context });
      return proposed === undefined ? [] : [{ ...query, candidates: proposed.map((row) => ids[row]) }];
    });
}
