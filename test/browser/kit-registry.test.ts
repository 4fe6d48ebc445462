import { expect, test } from 'vitest';
import { newName, modelIdOf } from './kit-fixture.ts';
import { addressOf, canary, createRegistry, stable, visitRegistry } from './registry-fixture.ts';

const [first, second] = [modelIdOf(stable), modelIdOf(canary)];

test('the stable bundle serves, and says of which release it is', async () => {
  const net = createRegistry();
  await net.publish(1, { stable });
  const seen = await visitRegistry(net);
  expect(seen).toEqual({
    ...{ modelId: first, tier: 'micro', release: { number: 1, channel: 'stable' }, items: 12 },
    ...{ codes: [], problems: [] },
  });
});

test('a canary is for its share: this unit is in, another is not, and nobody without a unit', async () => {
  const net = createRegistry();
  await net.publish(2, { stable, canary });
  expect(await visitRegistry(net)).toMatchObject({ modelId: second, release: { number: 2, channel: 'canary' } });
  await net.publish(3, { stable, canary, share: 0.0001 });
  expect(await visitRegistry(net)).toMatchObject({ modelId: first, release: { number: 3, channel: 'stable' } });
});

test('a second page fetches the release alone: what it names was kept', async () => {
  const net = createRegistry();
  await net.publish(1, { stable });
  const device = newName();
  await visitRegistry(net, device);
  net.fetched.length = 0;
  expect(await visitRegistry(net, device)).toMatchObject({ modelId: first, codes: [] });
  expect(net.fetched).toEqual(['releases.json']);
});

test('where the registry is away, the kept release and its bundle serve; an older release is no news', async () => {
  const net = createRegistry();
  await net.publish(1, { stable });
  const old = net.files.get('releases.json') ?? new Uint8Array();
  await net.publish(2, { stable: canary, before: [stable] });
  const device = newName();
  await visitRegistry(net, device);
  net.isDown = true;
  const away = await visitRegistry(net, device);
  expect(away).toMatchObject({ modelId: second, release: { number: 2 }, problems: ['bundle_unreachable'] });
  net.isDown = false;
  net.files.set('releases.json', old);
  expect(await visitRegistry(net, device)).toMatchObject({ modelId: second, problems: ['bundle_outdated'] });
  // going back is a higher release
  await net.publish(3, { stable });
  expect(await visitRegistry(net, device)).toMatchObject({ modelId: first, release: { number: 3 }, problems: [] });
});

test('what nobody trusted has signed serves nowhere', async () => {
  const net = createRegistry();
  await net.publish(1, { stable });
  const text = new TextDecoder().decode(net.files.get('releases.json'));
  net.files.set('releases.json', new TextEncoder().encode(text.replace('"release":1', '"release":2')));
  expect(await visitRegistry(net)).toMatchObject({ modelId: '', tier: 'linear', items: 12 });
  expect((await visitRegistry(net)).codes).toContain('bundle_signature_invalid');
});

test('a bundle that is not whole, or not the one that is named, gives way to the one before', async () => {
  const net = createRegistry();
  await net.publish(1, { stable: canary, before: [stable] });
  const address = await addressOf(canary);
  net.files.delete(`bundles/${address}/manifest.json`);
  const away = await visitRegistry(net);
  expect(away).toMatchObject({ modelId: first, release: { channel: 'before' }, codes: ['bundle_unreachable'] });
  net.files.set(`bundles/${address}/manifest.json`, stable.get('manifest.json') ?? new Uint8Array());
  expect(await visitRegistry(net)).toMatchObject({ modelId: first, codes: ['bundle_mixed'] });
});

test.each(['server', 'linear'] as const)(
  'the kill switch leaves the order of the %s, until it is lifted',
  async (killed) => {
    const net = createRegistry();
    await net.publish(1, { stable });
    const device = newName();
    await visitRegistry(net, device);
    await net.publish(2, { stable }, { killed });
    const off = await visitRegistry(net, device);
    expect(off).toMatchObject({ modelId: '', tier: killed, release: undefined, codes: ['release_killed'], items: 12 });
    // remembered, where the registry is away
    net.isDown = true;
    expect(await visitRegistry(net, device)).toMatchObject({ tier: killed });
    net.isDown = false;
    await net.publish(3, { stable });
    expect(await visitRegistry(net, device)).toMatchObject({ modelId: first, tier: 'micro', codes: [] });
  },
);
