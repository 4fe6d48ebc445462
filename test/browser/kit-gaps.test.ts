// a long list is worked on in several tasks: what is decided between two of them counts
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Slate } from '../../src/index.ts';
import type { DeviceExport, Kit } from '../../src/kit/types.ts';
import { codeOf, holdsOnlyRecord } from './consent-fixture.ts';
import { candidates, openKit } from './kit-fixture.ts';

afterEach(() => {
  localStorage.clear();
  vi.restoreAllMocks();
});

const LIST = candidates(120);
/** After parsing, reading, packing and ranking, twice while it is decided, and after that at least. */
const FEWEST_GAPS = 7;

/** A kit whose visitor has viewed items of the list, and the slates that it tells. */
async function openVisited() {
  const kit = openKit({ policy: {} });
  kit.describe(LIST);
  for (const itemId of ['item-3', 'item-7']) await kit.record({ kind: 'view', itemId });
  const told: Slate[] = [];
  kit.onSlate((slate) => told.push(slate));
  return { kit, told };
}
type Visited = Awaited<ReturnType<typeof openVisited>>;

/** Acts in a task of its own, after the task of ours that ends there and before the next; counts gaps from 1. */
function actInGap(gap: number, act: () => Promise<unknown>) {
  const Channel = MessageChannel;
  const seen = { gaps: 0, done: undefined as Promise<unknown> | undefined };
  const actNext = (): void => {
    const { port1, port2 } = new Channel();
    port1.onmessage = () => {
      port1.close();
      // messages come in the order that they were posted in
      expect(seen.gaps).toBe(gap);
      seen.done = act();
    };
    port2.postMessage(null);
  };
  vi.stubGlobal(
    'MessageChannel',
    class extends Channel {
      constructor() {
        super();
        seen.gaps++;
        if (seen.gaps === gap) actNext();
      }
    },
  );
  return seen;
}

interface Act {
  readonly act: (kit: Kit) => Promise<unknown>;
  readonly check: (visited: Visited, slate: Slate) => Promise<void> | void;
  readonly abort?: AbortSignal;
}

/** Asks for a slate of a long list, and acts in each gap of the work: each with a kit of its own. */
async function forEachGap(create: () => Act): Promise<void> {
  for (let gap = 1; ; gap++) {
    const { act, check, abort } = create();
    const visited = await openVisited();
    const { kit } = visited;
    const seen = actInGap(gap, () => act(kit));
    // a slow device: some forty slots fill a slice
    let now = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 0.25));
    const slate = await kit.slate('home', { candidates: LIST, ...(abort && { abort }) });
    vi.unstubAllGlobals();
    clock.mockRestore();
    if (gap > seen.gaps) return expect(gap).toBeGreaterThan(FEWEST_GAPS);
    await seen.done;
    await check(visited, slate);
  }
}

const isPersonal = ({ tier, signalAgeMs, items }: Slate): boolean =>
  tier !== 'server' || signalAgeMs !== null || items.some(({ score }) => score !== null);
/** What was returned is what was told, and nothing else was, and it says nothing of the visitor before. */
const expectImpersonal = ({ told }: Visited, slate: Slate): void => {
  expect(told).toEqual([slate]);
  expect([slate.items.length, isPersonal(slate)]).toEqual([LIST.length, false]);
};
const expectOnlyStored = async ({ kit }: Visited, { slateId }: Slate): Promise<void> => {
  const { signals, items, outbox, slates } = (await kit.export()) as DeviceExport;
  expect([signals, items, outbox, slates.map((stored) => stored.slateId)]).toEqual([[], [], [], [slateId]]);
};

test('without an act the slate is of the visitor', async () => {
  const { kit, told } = await openVisited();
  const slate = await kit.slate('home', { candidates: LIST });
  expect([isPersonal(slate), told]).toEqual([true, [slate]]);
});

describe('in every gap', () => {
  test.each(['denied', 'pending'] as const)('a withdrawal to %s: no slate of the visitor', async (answer) => {
    await forEachGap(() => ({
      act: async (kit) => expect(await kit.setConsent(answer)).toBeNull(),
      check: async (visited, slate) => {
        expectImpersonal(visited, slate);
        await holdsOnlyRecord(visited.kit.storageName);
      },
    }));
  });

  test('a withdrawal that is taken back at once: the slate is of a new visitor', async () => {
    await forEachGap(() => ({
      act: (kit) => Promise.all([kit.setConsent('denied'), kit.setConsent('granted')]),
      check: async (visited, slate) => {
        expectImpersonal(visited, slate);
        await expectOnlyStored(visited, slate);
      },
    }));
  });

  test('an erasure: the slate is of a new visitor', async () => {
    await forEachGap(() => ({
      act: async (kit) => expect(await kit.erase()).toBeNull(),
      check: async (visited, slate) => {
        expectImpersonal(visited, slate);
        await expectOnlyStored(visited, slate);
      },
    }));
  });

  test('an abort: a slate is answered, and neither told nor kept', async () => {
    await forEachGap(() => {
      const abort = new AbortController();
      return {
        abort: abort.signal,
        act: () => Promise.resolve(abort.abort()),
        check: async ({ kit, told }, slate) => {
          expect([told, slate.items.length]).toEqual([[], LIST.length]);
          expect(codeOf(await kit.reasons(slate))).toBe('reasons_unavailable');
          expect(await kit.export()).toMatchObject({ slates: [], outbox: [] });
        },
      };
    });
  });
});
