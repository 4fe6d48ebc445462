import { hexSha256 } from '../../src/core/bundle-crypto.ts';
import type { Releases } from '../../src/core/releases.ts';
import type { KitOptions, Slate } from '../../src/index.ts';
import { type Files, testCrypto } from '../signer.ts';
import { candidates, createBundle, newName, openKit } from './kit-fixture.ts';
import { createOther, signer } from './trust-fixture.ts';

const LIST = candidates(12);

/** Two bundles of different files. */
export const stable = await createBundle();
export const canary = await createOther();

export const addressOf = (files: Files): Promise<string> =>
  hexSha256(testCrypto, files.get('manifest.json') ?? new Uint8Array());

type Change = Partial<Omit<Releases, 'stable' | 'canary' | 'before'>>;

export interface Published {
  readonly stable: Files;
  readonly canary?: Files;
  readonly before?: readonly Files[];
  readonly share?: number;
}

/** A registry at /registry/ as a static host has it. */
export function createRegistry() {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const fetched: string[] = [];
  const net = {
    files,
    fetched,
    isDown: false,
    fetch: ((url: string) => {
      const path = new URL(url).pathname.replace('/registry/', '');
      fetched.push(path);
      const bytes = net.isDown ? undefined : files.get(path);
      return Promise.resolve(bytes ? new Response(bytes) : new Response('none', { status: 404 }));
    }) as typeof fetch,
    /** Puts bundles there, and signs a release that names them. */
    publish: async (release: number, published: Published, change: Change = {}) => {
      const { stable: main, canary: tried, before = [], share = 0.999 } = published;
      const all = [main, ...(tried ? [tried] : []), ...before];
      for (const bundle of all) {
        const address = await addressOf(bundle);
        bundle.forEach((bytes, name) => files.set(`bundles/${address}/${name}`, bytes));
      }
      const releases = {
        ...{ schemaVersion: 1, release, createdAt: '2026-01-01T00:00:00Z', stable: await addressOf(main) },
        before: await Promise.all(before.map(addressOf)),
        ...(tried && { canary: { bundle: await addressOf(tried), share } }),
        ...change,
      };
      files.set('releases.json', new TextEncoder().encode(await signer.seal(releases)));
    },
  };
  return net;
}

export type Registry = ReturnType<typeof createRegistry>;

/** A kit of a device that knows the registry; devices that share a name share their storage. */
export const openDevice = (net: Registry, device: string = newName(), options: KitOptions = {}) =>
  openKit({
    ...{ bundleUrl: '/registry/releases.json', bundleKeys: signer.publicKey, storageName: device, maxTier: 'micro' },
    ...{ unitId: 'unit-1', fetch: net.fetch },
    ...options,
  });

export interface Visited {
  readonly modelId: string;
  readonly tier: string;
  readonly release: Slate['release'];
  readonly codes: readonly string[];
  readonly problems: readonly string[];
  readonly items: number;
}

/** What one page view of a device sees. */
export async function visitRegistry(net: Registry, device?: string, options?: KitOptions): Promise<Visited> {
  const kit = openDevice(net, device, options);
  const problems: string[] = [];
  kit.onProblem(({ code }) => problems.push(code));
  await kit.record({ kind: 'view', itemId: 'item-3' });
  await kit.ready();
  const slate = await kit.slate('home', { candidates: LIST });
  await kit.close();
  const { modelId, tier, release, items } = slate;
  const codes = [...slate.problems, ...(slate.tierProblem ? [slate.tierProblem] : [])].map(({ code }) => code);
  return { modelId, tier, release, codes, problems, items: items.length };
}
