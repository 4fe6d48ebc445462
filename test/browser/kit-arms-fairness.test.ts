import { afterEach, expect, test } from 'vitest';
import { bucketOf } from '../../src/core/bucketing.ts';
import { LIST, createFolders, given, idsOf, openArm, own, rival } from './arms-fixture.ts';
import { SENDING } from './consent-fixture.ts';
import { createNet, createWorker, newName, openKit } from './kit-fixture.ts';

afterEach(() => localStorage.clear());

const INTERLEAVED = given({ interleave: '/rival/' });

/** Workers that have not been ended. */
function countWorkers() {
  const live = new Set<Worker>();
  const create = (): Worker => {
    const worker = createWorker();
    live.add(worker);
    const end = worker.terminate.bind(worker);
    worker.terminate = () => {
      live.delete(worker);
      end();
    };
    return worker;
  };
  return { live, create };
}

test.each([
  ['ranked', given({ order: 'server' }, { weights: [1, 0] })],
  ['in the server’s order', given({ order: 'server' })],
  ['as control has it', given({}, { variations: [{ order: 'server' }, {}], weights: [1, 0] })],
  ['held out', { holdout: { key: 'all', share: 1 }, experiments: [] }],
])('rules go by what earlier pages have stored: %s', async (_, experiments) => {
  const storageName = newName();
  const first = await openArm({ storageName, experiments });
  await first.record({ kind: 'dismiss', itemId: 'item-7' });
  await first.close();
  const next = await openArm({ storageName, experiments });
  const slate = await next.slate('home', LIST);
  expect(idsOf(slate)).not.toContain('item-7');
  expect(slate.problems.map(({ code }) => code)).not.toContain('rule_facts_missing');
  expect(slate.signalAgeMs).not.toBeNull();
});

test('another unit of the same device has arms of its own', async () => {
  const experiments = given({ order: 'server' }, { weights: [0.5, 0.5] });
  const unitOf = (arm: number): string => {
    for (let n = 0; ; n++) if (Number(bucketOf('e', `unit-${String(n)}`) >= 0.5) === arm) return `unit-${String(n)}`;
  };
  const storageName = newName();
  const open = async (unitId: string) => {
    const kit = openKit({ experiments, unitId, storageName });
    const [assignment] = await kit.assignments();
    await kit.close();
    return [assignment?.arm, assignment?.reason];
  };
  expect(await open(unitOf(1))).toEqual(['new', 'assigned']);
  expect(await open(unitOf(1))).toEqual(['new', 'sticky']);
  expect(await open(unitOf(0))).toEqual(['control', 'assigned']);
});

test('who logs in is exposed as who they are', async () => {
  const storageName = newName();
  const experiments = given({});
  const exposedAs = async (unitId?: string): Promise<string[]> => {
    const net = createNet();
    const kit = openKit({
      ...SENDING,
      fetch: net.fetch,
      storageName,
      experiments,
      ...(unitId === undefined ? {} : { unitId }),
    });
    const slate = await kit.slate('home', LIST);
    await kit.record({ kind: 'impression', itemId: idsOf(slate)[0] ?? '', slateId: slate.slateId, position: 0 });
    await kit.flush();
    await kit.close();
    const events = net.sent.flatMap((batch) => batch.events);
    return events.filter(({ kind }) => kind === 'exposure').map((event) => String(event['unitId']));
  };
  const [anonymous] = await exposedAs();
  expect(anonymous).toBeDefined();
  expect(await exposedAs('account-1')).toEqual(['account-1']);
  expect(await exposedAs('account-1')).toEqual([]);
});

test('no worker outlives a kit that interleaves', async () => {
  for (const wait of [0, 5, 20]) {
    const { live, create } = countWorkers();
    const net = createFolders({ '/bundle/': own, '/rival/': rival });
    const options = { bundleUrl: '/bundle/', maxTier: 'micro' as const, fetch: net.fetch, createWorker: create };
    const kit = openKit({ ...options, experiments: INTERLEAVED });
    await kit.ready();
    const made = kit.slate('home', LIST);
    await new Promise((resolve) => setTimeout(resolve, wait));
    await kit.close();
    await Promise.all([made, kit.slate('home', LIST), kit.arrangement('home')]);
    await expect.poll(() => live.size).toBe(0);
  }
});

test('a second bundle is asked for before the first slate is', async () => {
  const net = createFolders({ '/bundle/': own, '/rival/': rival });
  const kit = openKit({ bundleUrl: '/bundle/', maxTier: 'micro', fetch: net.fetch, experiments: INTERLEAVED });
  await kit.assignments();
  await expect.poll(() => [...net.asked].some((url) => url.includes('/rival/'))).toBe(true);
});

test('a kit that may not rank fetches no second bundle', async () => {
  const net = createFolders({ '/bundle/': own, '/rival/': rival });
  const kit = openKit({ bundleUrl: '/bundle/', maxTier: 'server', fetch: net.fetch, experiments: INTERLEAVED });
  expect((await kit.slate('home', LIST)).tier).toBe('server');
  expect([...net.asked]).toEqual([]);
});
