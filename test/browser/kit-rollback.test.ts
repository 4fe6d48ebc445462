import { expect, test } from 'vitest';
import { encodeMicro } from '../../src/core/micro.ts';
import type { Kit, KitOptions } from '../../src/index.ts';
import { MICRO, NOON, candidates, createWorker, modelIdOf, newName, publish, wasmUrl } from './kit-fixture.ts';
import { type Registry, canary, createRegistry, openDevice, stable, visitRegistry } from './registry-fixture.ts';

const LIST = candidates(12);
const GOOD = modelIdOf(stable);
const noise = (length: number) => Uint8Array.from({ length }, (_, i) => i % 251);

/** As `canary`, with an engine that is not what its golden rows say. */
const layers = MICRO.layers.map((layer) => ({ ...layer, bias: layer.bias.map((value) => value + 1) }));
const mismatched = await publish(canary, 'micro.bin', new Uint8Array(encodeMicro({ layers })));

async function open(net: Registry, device: string, options?: KitOptions): Promise<{ kit: Kit; problems: string[] }> {
  const kit = openDevice(net, device, options);
  const problems: string[] = [];
  kit.onProblem(({ code, message }) => problems.push(code === 'release_rolled_back' ? message : code));
  await kit.record({ kind: 'view', itemId: 'item-3' });
  await kit.ready();
  return { kit, problems };
}

const slate = (kit: Kit) => kit.slate('home', { candidates: LIST });

/** Slates until one is of the model, as a visitor goes on; fails the test where none comes. */
async function untilModel(kit: Kit, modelId: string): Promise<void> {
  for (let i = 0; i < 50; i++) if ((await slate(kit)).modelId === modelId) return;
  throw new Error(`no slate of ${modelId}`);
}

test('golden rows that an engine misses: rolled back within the page, remembered, told', async () => {
  const [net, device] = [createRegistry(), newName()];
  await net.publish(1, { stable, canary: mismatched });
  const { kit, problems } = await open(net, device);
  const before = await slate(kit);
  expect(before.items).toHaveLength(12);
  expect([before.tierProblem, ...before.problems].map((problem) => problem?.code)).toContain('engine_golden_mismatch');
  await untilModel(kit, GOOD);
  const after = await slate(kit);
  expect(after).toMatchObject({ tier: 'micro', release: { number: 1, channel: 'stable' } });
  expect(problems[0]).toBe('engine_golden_mismatch');
  expect(problems[1]).toMatch(/rolled back from bundle [0-9a-f]{12} of release 1: golden$/);
  await kit.close();
  net.fetched.length = 0;
  expect(await visitRegistry(net, device)).toMatchObject({
    modelId: GOOD,
    release: { channel: 'stable' },
    problems: [],
  });
  expect(net.fetched).toEqual(['releases.json']);
  // another bundle has another chance
  await net.publish(2, { stable, canary });
  expect(await visitRegistry(net, device)).toMatchObject({ modelId: modelIdOf(canary) });
});

test('an engine that fails slate after slate', async () => {
  const [net, device] = [createRegistry(), newName()];
  const broken = await publish(canary, 'rank.onnx', noise(500));
  await net.publish(1, { stable, canary: broken });
  const { kit, problems } = await open(net, device, { maxTier: 'wasm', createWorker, wasmUrl });
  await untilModel(kit, GOOD);
  await kit.ready();
  expect(await slate(kit)).toMatchObject({ tier: 'wasm', modelId: GOOD });
  expect(problems.at(-1)).toMatch(/: fall-back$/);
  await kit.close();
});

test('a bundle that is much slower than the one before', async () => {
  const [net, device] = [createRegistry(), newName()];
  let now = NOON;
  let stepMs = 1;
  const options = { clock: () => (now += stepMs) };
  await net.publish(1, { stable });
  const old = await open(net, device, options);
  for (let i = 0; i < 12; i++) await slate(old.kit);
  await old.kit.close();
  await net.publish(2, { stable, canary });
  const same = await open(net, device, options);
  for (let i = 0; i < 12; i++) expect(await slate(same.kit)).toMatchObject({ release: { channel: 'canary' } });
  expect(same.problems).toEqual([]);
  await same.kit.close();
  stepMs = 100;
  const slow = await open(net, device, options);
  await untilModel(slow.kit, GOOD);
  expect(slow.problems).toEqual([expect.stringMatching(/: latency$/)]);
  await slow.kit.close();
});

/** A page on which four items of each slate are seen, and some of them clicked. */
async function shop(net: Registry, device: string, clicks: number): Promise<readonly string[]> {
  const { kit, problems } = await open(net, device);
  for (let i = 0; i < 12; i++) {
    const { slateId, items } = await slate(kit);
    const seen = items.slice(0, 4);
    for (const { itemId } of seen) await kit.record({ kind: 'impression', itemId, slateId });
    for (const { itemId } of seen.slice(0, clicks)) await kit.record({ kind: 'click', itemId, slateId });
  }
  await kit.close();
  return problems;
}

test('a bundle whose items nobody clicks any more', async () => {
  const [net, device] = [createRegistry(), newName()];
  await net.publish(1, { stable });
  expect(await shop(net, device, 2)).toEqual([]);
  await net.publish(2, { stable, canary });
  expect(await shop(net, device, 0)).toEqual([]);
  const next = await visitRegistry(net, device);
  expect(next).toMatchObject({ modelId: GOOD, problems: ['release_rolled_back'], items: 12 });
  expect(await visitRegistry(net, device)).toMatchObject({ modelId: GOOD, problems: [] });
});

test('a bundle that does as well as the one before stays', async () => {
  const [net, device] = [createRegistry(), newName()];
  await net.publish(1, { stable });
  await shop(net, device, 2);
  await net.publish(2, { stable, canary });
  await shop(net, device, 2);
  expect(await visitRegistry(net, device)).toMatchObject({ modelId: modelIdOf(canary), problems: [] });
});
