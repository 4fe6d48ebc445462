import { describe, expect, test } from 'vitest';
import type { Batch } from '../../src/core/contract.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import type { BundleEngines } from '../../training/bundle-engines.ts';
import { createVocabulary } from '../../training/catalogue.ts';
import { LagTables } from '../../training/freshness-lags.ts';
import { ABSENT } from '../../training/metrics.ts';
import type { Query } from '../../training/queries.ts';
import { StaleServer } from '../../training/stale-server.ts';
import type { LogSession, SiteLog } from '../../training/site-log.ts';
import { behindEvents, createTimeline } from '../../training/timeline.ts';

const session = (n: number, items: readonly string[]): LogSession => ({
  ...{ sessionId: `s${String(n)}`, userId: '', startAt: n * 10 },
  events: items.map((itemId) => ({ itemId, kind: 'purchase', at: n * 10 })),
});
/** Twenty pairs that are always bought together, pair 0 most often. */
const sessions = Array.from({ length: 20 }, (_, pair) =>
  Array.from({ length: 25 - pair }, () => [`a${String(pair)}`, `b${String(pair)}`]),
)
  .flat()
  .map((items, n) => session(n, items));
const log: SiteLog = {
  ...{ sessions, items: new Map(), rejectedRows: 0, otherEvents: {} },
  splits: { validFrom: 1e6, testFrom: 2e6 },
};
const vocabulary = createVocabulary(sessions);
const data = vocabulary.ids.map((id, row) => ({ id, popularity: vocabulary.counts[row] }));
const events = ({ eventMask }: Batch): number => eventMask.reduce((sum, present) => sum + present, 0);
const lags: number[] = [];
/** The model finds the candidates' last one best where it knows three events or none, else the first. */
const engines: BundleEngines = {
  ...{ manifest: {} as Manifest, vocabulary, data },
  model: (batch) => {
    lags.push(batch.candNum[2]);
    return Float64Array.from({ length: batch.size }, (_, m) => (events(batch) % 3 === 0 ? m : -m));
  },
  linear: (batch) => new Float64Array(batch.size),
};
const query: Query = {
  ...{ queryId: '', sessionId: 'now', userId: '', startAt: 1e6, candidates: [] },
  ...{ context: ['a7', 'b7', 'a3'], target: 'b3' },
};
const live = createTimeline(query, [], 'purchase');
const createServer = (): StaleServer => {
  const server = new StaleServer(log, engines);
  server.advance(query);
  return server;
};
const namesOf = (candidates: readonly { readonly row: number }[]): string[] =>
  candidates.map(({ row }) => vocabulary.ids[row]);

describe('a server that is behind', () => {
  const server = createServer();

  test('proposes from what it knows; nothing that the visitor holds, whether it knows of that or not', () => {
    const fresh = namesOf(server.propose(query, live));
    expect(fresh[0]).toBe('b3');
    const stale = namesOf(server.propose(query, behindEvents(live, 2)));
    expect(stale.slice(1, 4)).not.toContain('b7');
    for (const held of query.context) {
      expect(fresh).not.toContain(held);
      expect(stale).not.toContain(held);
    }
  });

  test('a target that is no candidate has no place for anybody', () => {
    const candidates = server.propose(query, live).slice(1);
    expect(server.placeOf(query, candidates)).toBe(ABSENT);
    expect(server.rank({ query, candidates, known: live, serverLag: 0 })).toEqual({ model: ABSENT, linear: ABSENT });
  });

  test('a ranker without any signal leaves the generator’s order', () => {
    const known = behindEvents(live, 9);
    const candidates = server.propose(query, known);
    const place = server.placeOf(query, candidates);
    expect(server.rank({ query, candidates, known, serverLag: 0 })).toEqual({ model: place, linear: place });
    const other = server.rank({ query, candidates, known: live, serverLag: 3 });
    expect(other.model).toBe(candidates.length - 1 - place);
  });
});

test('stale cuts both, device the candidates only, fresh nothing; the device is told how far the server is behind', () => {
  lags.length = 0;
  const tables = new LagTables();
  tables.add({ query, live, earlier: 0, server: createServer() });
  // fresh: three known events turn the order, b3 comes last; behind: two or fewer do not
  const [zero, one, two, , eight] = tables.events();
  expect(zero.model.stale.mean).toBe(0);
  expect(one['recall@100'].mean).toBe(1);
  for (const lag of [one, two, eight]) {
    expect(lag.generator.mean).toBe(lag.model.stale.mean);
    expect(lag.linear.device.mean).toBe(lag.generator.mean);
    expect(lag.model.fresh.mean).toBe(0);
  }
  // behind by one the generator no longer knows a3 and lists b3 as a popular item, after pairs 0 to 2: 1 / log2(8)
  expect(one.generator.mean).toBe(0.3333);
  expect(one.model.device.mean).toBe(0);
  const told = lags.filter((lag) => lag > 0).map((lag) => Math.round(Math.expm1(lag)));
  expect(told).toEqual([1, 2, 3, 3]);
  expect(tables.sessions().every(({ queries }) => queries === 0)).toBe(true);
});
