import { EndedSessions } from './baseline.ts';
import { CandidateGenerator } from './generator.ts';
import type { Query } from './queries.ts';
import type { LogSession } from './site-log.ts';

/** Events that the generator is behind, one as likely as the other: some servers are up to date, some are not. */
const LAGS = [0, 1, 2, 4, 8] as const;

export interface ChoiceInput {
  readonly session: Pick<LogSession, 'userId'>;
  readonly target: number;
  /** Rows of the running session, oldest first; never candidates. */
  readonly met: ReadonlySet<number>;
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
  readonly #earlier = new Map<string, number[]>();
  readonly #choices: number;
  readonly #random: () => number;

  constructor({ sessions, rows, choices, random }: ChoiceGeneratorOptions) {
    this.#generator = new CandidateGenerator(rows.size);
    this.#ended = new EndedSessions(sessions, rows);
    this.#rows = rows;
    this.#choices = choices;
    this.#random = random;
  }

  /** Moves to a session's start, epoch ms. */
  advance(at: number): void {
    for (const session of this.#ended.until(at)) this.#generator.learn(session);
  }

  /** Adds a session to what is known of its visitor. */
  add({ userId, events }: LogSession): void {
    if (userId === '') return;
    const earlier = this.#earlier.get(userId) ?? [];
    for (const { itemId } of events) {
      const row = this.#rows.get(itemId);
      if (row !== undefined) earlier.push(row);
    }
    this.#earlier.set(userId, earlier);
  }

  /** All rows that are proposed; undefined where the target is not among them. */
  propose({ session, target, met }: ChoiceInput): number[] | undefined {
    const known = [...(this.#earlier.get(session.userId) ?? []), ...met];
    const behind = Math.min(LAGS[Math.floor(this.#random() * LAGS.length)], known.length);
    const proposed = this.#generator.propose(known.slice(0, known.length - behind), met).map(({ row }) => row);
    return proposed.includes(target) ? proposed : undefined;
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
  const { sessions, rows } = options;
  const ids = [...rows.keys()];
  const generator = new ChoiceGenerator(options);
  let next = 0;
  return [...queries]
    .sort((a, b) => a.startAt - b.startAt)
    .flatMap((query) => {
      generator.advance(query.startAt);
      for (; next < sessions.length && sessions[next].startAt < query.startAt; next++) generator.add(sessions[next]);
      const met = new Set(query.context.flatMap((id) => rows.get(id) ?? []));
      const target = rows.get(query.target);
      const proposed = target === undefined ? undefined : generator.propose({ session: query, target, met });
      return proposed === undefined ? [] : [{ ...query, candidates: proposed.map((row) => ids[row]) }];
    });
}
