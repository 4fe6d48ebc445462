import { describe, expect, test, vi } from 'vitest';
import { type Files, createSigner, describeFiles, readManifest, withManifest } from '../signer.ts';

import { NOON, candidates, createBundle, createNet, createWorker, modelIdOf, newName, openKit } from './kit-fixture.ts';
import { edit, first, flip, look, refused, second, signer, swap, visit } from './trust-fixture.ts';

const DAY_MS = 24 * 60 * 60_000;
const at = (ms: number): string => new Date(ms).toISOString();

describe('with bundleKeys', () => {
  test('a signed bundle serves', async () => {
    expect(await visit(first)).toEqual({ tier: 'micro', model: 'first', tierProblem: undefined, codes: [], items: 12 });
    const whole = { createWorker, maxTier: 'wasm' as const };
    expect(await visit(first, newName(), whole)).toMatchObject({ tier: 'wasm', model: 'first', codes: [] });
  });

  test.each(['linear.json', 'micro.bin'])(
    'while rank.onnx is on its way, a false %s lets nothing serve',
    async (name) => {
      let open: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (open = resolve));
      const net = createNet(flip(first, name));
      const fetch = (async (url: string, options: RequestInit) => {
        if (url.endsWith('rank.onnx')) await gate;
        return net.fetch(url, options);
      }) as typeof globalThis.fetch;
      const kit = openKit({ bundleUrl: '/bundle/', bundleKeys: signer.publicKey, fetch, createWorker });
      const heard = new Promise((resolve) => kit.onProblem(({ code }) => resolve(code)));
      await kit.record({ kind: 'view', itemId: 'item-3' });
      expect(await heard).toBe('bundle_file_mismatch');
      const slate = await kit.slate('home', { candidates: candidates(12) });
      expect([slate.tier, slate.modelId, slate.tierProblem?.code]).toEqual(['linear', '', 'engine_loading']);
      open();
      expect(await look(kit)).toMatchObject(refused('bundle_file_mismatch'));
    },
  );

  test('one of several keys is enough, in either base64', async () => {
    const other = await createSigner();
    const padded = `${signer.publicKey.replaceAll('-', '+').replaceAll('_', '/')}=`;
    expect(await visit(first, newName(), { bundleKeys: [other.publicKey, padded] })).toMatchObject({ model: 'first' });
  });

  test('keys that cannot be read are the caller’s mistake', () => {
    for (const bundleKeys of ['', 'AAAA', [], [signer.publicKey, 'x'], 7, [null], `${signer.publicKey}A`]) {
      expect(() => openKit({ bundleKeys: bundleKeys as string })).toThrow(/bundleKeys/);
    }
  });

  const attacks: [name: string, attack: () => Files | Promise<Files>, code: string][] = [
    ['no signature', () => edit(first, { signature: undefined as never }), 'bundle_signature_missing'],
    ['another key', async () => (await createSigner()).sign(first), 'bundle_signature_invalid'],
    [
      'another key in the name of ours',
      async () => (await createSigner({ claimedId: signer.keyId })).sign(first),
      'bundle_signature_invalid',
    ],
    ['a field changed', () => edit(first, { createdAt: '2027-01-01T00:00:00Z' }), 'bundle_signature_invalid'],
    ['a field added', () => edit(first, { quality: 'good' }), 'bundle_signature_invalid'],
    ['a higher release', () => edit(first, { release: 99 }), 'bundle_signature_invalid'],
    ['no release', () => signer.sign(first, { release: undefined as never }), 'bundle_manifest_invalid'],
    [
      'the same said otherwise',
      () => withManifest(first, `${JSON.stringify(readManifest(first))}\n`),
      'bundle_signature_invalid',
    ],
    [
      'a key twice',
      () => withManifest(first, JSON.stringify(readManifest(first)).replace('{', '{"release":9,')),
      'bundle_signature_invalid',
    ],
    ['a bit of the manifest', () => flip(first, 'manifest.json'), 'bundle_'],
    ['a bit of a file', () => flip(first, 'micro.bin'), 'bundle_file_mismatch'],
    [
      'two files exchanged',
      () => swap(first, 'micro.bin', new Map([['micro.bin', first.get('linear.json') as never]])),
      'bundle_file_mismatch',
    ],
    ['a file of another bundle', () => swap(first, 'linear.json', second), 'bundle_file_mismatch'],
    ['the manifest of another bundle', () => swap(first, 'manifest.json', second), 'bundle_file_mismatch'],
    ['the id of another bundle', () => signer.sign(first, { modelId: modelIdOf(second) }), 'bundle_mixed'],
    ['expired', () => signer.sign(first, { expiresAt: at(NOON) }), 'bundle_expired'],
    [
      'a file changed and described again',
      async () => describeFiles(flip(first, 'micro.bin')),
      'bundle_signature_invalid',
    ],
  ];
  test.each(attacks)('%s: nothing of the bundle serves, and the cards stay', async (_, attack, code) => {
    const seen = await visit(await attack());
    expect(seen).toMatchObject({ ...refused(''), tierProblem: expect.stringContaining(code) as string });
  });

  test.each(attacks)('%s: the last good bundle serves, and the problem is named', async (_, attack, code) => {
    const device = newName();
    await visit(first, device);
    const seen = await visit(await attack(), device);
    expect(seen).toMatchObject({ tier: 'micro', model: 'first', tierProblem: undefined, items: 12 });
    expect(seen.codes.join()).toContain(code);
  });

  test('a bundle serves until the moment it expires', async () => {
    const files = await signer.sign(first, { expiresAt: at(NOON + 1) });
    expect(await visit(files)).toMatchObject({ model: 'first', codes: [] });
  });

  test('an expired copy does not serve either', async () => {
    const device = newName();
    const files = await signer.sign(first, { expiresAt: at(NOON + DAY_MS) });
    expect(await visit(files, device)).toMatchObject({ model: 'first' });
    const late = { clock: () => NOON + DAY_MS };
    expect(await visit(files, device, late)).toMatchObject(refused('bundle_expired'));
  });

  test('an older release is refused for good, a higher one with the old files is taken', async () => {
    const device = newName();
    expect(await visit(first, device)).toMatchObject({ model: 'first' });
    expect(await visit(second, device)).toMatchObject({ model: 'second', codes: [] });
    expect(await visit(first, device)).toMatchObject({ model: 'second', codes: ['bundle_outdated'] });
    const back = await signer.sign(first, { release: 3 });
    expect(await visit(back, device)).toMatchObject({ model: 'first', codes: [] });
    expect(await visit(second, device)).toMatchObject({ model: 'first', codes: ['bundle_outdated'] });
  });

  test('a release that came before there were keys counts once it is signed for', async () => {
    const device = newName();
    expect(await visit(second, device, { bundleKeys: undefined as never })).toMatchObject({ model: 'second' });
    expect(await visit(second, device)).toMatchObject({ model: 'second', codes: [] });
    expect(await visit(first, device)).toMatchObject({ model: 'second', codes: ['bundle_outdated'] });
  });

  test('what a key that leaked has signed ends with the key', async () => {
    const device = newName();
    const thief = await createSigner();
    const keys = [signer.publicKey, thief.publicKey];
    const highest = await thief.sign(first, { release: Number.MAX_SAFE_INTEGER });
    expect(await visit(highest, device, { bundleKeys: keys })).toMatchObject({ model: 'first', codes: [] });
    expect(await visit(second, device, { bundleKeys: keys })).toMatchObject({ codes: ['bundle_outdated'] });
    expect(await visit(second, device)).toMatchObject({ model: 'second', codes: [] });
  });

  test.each(['manifest.json', 'micro.bin'])('an endless %s is not read to its end', async (name) => {
    const net = createNet(first);
    let pulled = 0;
    const chunk = new Uint8Array(1_000_000);
    const fetch = (async (url: string, options: RequestInit) => {
      if (!url.endsWith(name)) return net.fetch(url, options);
      const pull = (controller: ReadableStreamDefaultController): void => {
        pulled++;
        controller.enqueue(chunk);
      };
      return new Response(new ReadableStream({ pull }));
    }) as typeof globalThis.fetch;
    expect(await visit(first, newName(), { fetch })).toMatchObject({ model: 'none', items: 12 });
    // a file is asked for twice, past the cache; the limit of a manifest is 6 MB
    expect(pulled).toBeLessThan(12);
  });

  test('a release counts as seen even where its files never came', async () => {
    const device = newName();
    await visit(first, device);
    expect(await visit(flip(second, 'micro.bin'), device)).toMatchObject({ model: 'first' });
    expect(await visit(first, device)).toMatchObject({ model: 'first', codes: ['bundle_outdated'] });
    expect(await visit(second, device)).toMatchObject({ model: 'second', codes: [] });
  });

  test('a copy whose key is given up does not serve', async () => {
    const device = newName();
    await visit(first, device);
    const { publicKey } = await createSigner();
    const seen = await visit(new Map(), device, { bundleKeys: publicKey });
    expect(seen).toMatchObject({ ...refused('bundle_unreachable'), codes: ['bundle_signature_invalid'] });
  });

  test('a copy kept unsigned does not serve once keys are asked for', async () => {
    const device = newName();
    const unsigned = await createBundle();
    expect(await visit(unsigned, device, { bundleKeys: undefined as never })).toMatchObject({ model: 'first' });
    expect(await visit(new Map(), device)).toMatchObject({
      tier: 'linear',
      model: 'none',
      codes: ['bundle_signature_missing'],
    });
  });

  test('a browser without Ed25519 ranks with the weights compiled in and says why', async () => {
    const unknown = new DOMException('Unrecognized name.', 'NotSupportedError');
    vi.spyOn(SubtleCrypto.prototype, 'importKey').mockRejectedValue(unknown);
    expect(await visit(first)).toMatchObject({ ...refused('bundle_signature_unsupported'), codes: [] });
  });
});
