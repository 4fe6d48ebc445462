import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { type Manifest, modelIdText } from '../src/core/manifest.ts';
import { chooseBundles, parseReleases } from '../src/core/releases.ts';
import { isProblem } from '../src/core/problem.ts';
import { createKeyFile, readPrivateKey, readPublicKey } from '../training/bundle-key.ts';
import { type RegistryOptions, promote, publish } from '../training/registry.ts';
import { launchBrowser } from './browser.ts';
import { servePages } from './torture-pages.ts';

export interface PublishBenchOptions {
  /** Bundles that are published, one after the other. */
  readonly rounds: number;
  readonly progress: (text: string) => void;
}

interface Spread {
  readonly median: number;
  readonly max: number;
}

export interface PublishBenchResult {
  readonly rounds: number;
  /** Checking, copying and signing a canary, ms. */
  readonly publishMs: Spread;
  /** From the start of that to the first slate that the canary ranked, on the next page of a device that knows the stable bundle. */
  readonly untilUsedMs: Spread;
  /** A canary whose ranker does not do what its golden rows say. */
  readonly badCanary: {
    /** As the device names it. */
    readonly fault: string | null;
    /** Until the stable bundle ranked again: slates, and ms from the first slate of the page. */
    readonly slates: number;
    readonly untilRolledBackMs: number;
    /** The next page of the device: what it fetched of the registry. */
    readonly nextPage: { readonly channel: string | null; readonly fetched: number };
  };
  readonly checks: Readonly<Record<string, boolean>>;
}

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const CANDIDATES = Array.from({ length: 20 }, (_, i) => ({
  id: `item-${String(i)}`,
  title: `Item ${String(i)}`,
  url: '/',
}));

/** Publishes canaries with the real command's code, and measures when a real browser first ranks by each. */
export async function benchPublish({ rounds, progress }: PublishBenchOptions): Promise<PublishBenchResult> {
  const browser = await launchBrowser();
  const site = await openSite(browser);
  const [publishMs, untilUsedMs]: [number[], number[]] = [[], []];
  try {
    await visit(site, 1);
    for (let round = 1; round <= rounds; round++) {
      progress(`canary ${String(round)} of ${String(rounds)}`);
      const bundleDir = site.createBundle(`canary ${String(round)}`);
      const started = performance.now();
      const { release } = await publish({ ...site.options(), bundleDir, share: 0.5 });
      publishMs.push(performance.now() - started);
      await visit(site, release, 'canary');
      untilUsedMs.push(performance.now() - started);
      await visit(site, (await promote(site.options())).release);
    }
    const badCanary = await rollBack(site);
    const { fault, nextPage } = badCanary;
    const checks = {
      'every canary reached its device': untilUsedMs.length === rounds,
      'the bad canary was rolled back on the device': fault !== null && nextPage.channel === 'stable',
    };
    return { rounds, publishMs: spread(publishMs), untilUsedMs: spread(untilUsedMs), badCanary, checks };
  } finally {
    await browser.close();
    await site.close();
  }
}

interface Site {
  readonly url: string;
  readonly page: Page;
  readonly options: () => RegistryOptions;
  /** The demo's bundle with another name in its manifest, and, where it is bad, a ranker of other weights. */
  readonly createBundle: (name: string, isBad?: boolean) => string;
  close(): Promise<void>;
}

async function openSite(browser: Browser): Promise<Site> {
  const dir = mkdtempSync(join(tmpdir(), 'nearside-publish-'));
  const keyFile = join(dir, 'key.jwk');
  const { publicKey } = await createKeyFile(keyFile);
  const key = await readPrivateKey(keyFile);
  const options = (): RegistryOptions => ({
    ...{ registryDir: join(dir, 'registry'), key, publicKey: readPublicKey(publicKey), now: Date.now() },
  });
  const createBundle = (name: string, isBad = false): string => {
    const bundleDir = join(dir, name);
    cpSync(fromHere('../demo/bundle'), bundleDir, { recursive: true });
    writeManifest(bundleDir, name, isBad);
    return bundleDir;
  };
  await publish({ ...options(), bundleDir: createBundle('first'), share: null });
  symlinkSync(fromHere('../dist'), join(dir, 'kit'));
  const pages = await servePages(() => html(publicKey), dir);
  const page = await (await browser.newContext()).newPage();
  return {
    ...{ url: pages.url, page, options, createBundle },
    close: async () => {
      await pages.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function writeManifest(bundleDir: string, name: string, isBad: boolean): void {
  const file = join(bundleDir, 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  const files = { ...manifest.files };
  if (isBad) {
    const rank = readFileSync(join(bundleDir, 'rank.onnx'));
    // its inner half, where the weights are
    for (let i = rank.length >> 2; i < rank.length - (rank.length >> 2); i++)
      rank.writeUInt8(rank.readUInt8(i) ^ 0x40, i);
    writeFileSync(join(bundleDir, 'rank.onnx'), rank);
    files['rank.onnx'] = { sizeBytes: rank.length, sha256: sha256(rank) };
  }
  writeFileSync(file, JSON.stringify({ ...manifest, files, modelId: sha256(modelIdText(files)), quality: { name } }));
}

const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');

const html = (publicKey: string): string => `<!doctype html><title>shop</title><link rel="icon" href="data:,">
<script type="module">
  import { createKit } from '/files/kit/index.js';
  const unitId = new URL(location.href).searchParams.get('unit');
  globalThis.problems = [];
  globalThis.kit = createKit({ bundleUrl: '/files/registry/releases.json', bundleKeys: '${publicKey}', unitId });
  kit.onProblem(({ code, message }) => problems.push({ code, message }));
  // without an act there is nothing to rank by
  const recorded = kit.record({ kind: 'view', itemId: 'item-3' });
  globalThis.slate = async () => await recorded && kit.slate('home', { candidates: ${JSON.stringify(CANDIDATES)} });
  globalThis.until = async (isDone) => {
    const started = performance.now();
    for (let slates = 1; slates <= 300; slates++) {
      const { release, items } = await slate();
      if (items.length !== ${String(CANDIDATES.length)}) throw new Error('a slate lacks cards');
      if (isDone(release ?? {})) return { slates, ms: performance.now() - started };
      await new Promise(requestAnimationFrame);
    }
    throw new Error('not within 300 slates: ' + JSON.stringify(problems));
  };
</script>`;

/** A new page of the device, up to the first slate by a bundle of the release. */
async function visit(site: Site, release: number, channel = 'stable'): Promise<void> {
  await open(site);
  await site.page.evaluate(`until((of) => of.number === ${String(release)} && of.channel === '${channel}')`);
}

/** Of a unit that the canary draws, if one runs. */
async function open({ page, url, options }: Site): Promise<void> {
  const releases = parseReleases(readFileSync(join(options().registryDir, 'releases.json'), 'utf8'));
  if (isProblem(releases)) throw new Error(releases.message);
  const isDrawn = (unit: string): boolean => chooseBundles(releases, unit)[0]?.channel === 'canary';
  let unit = 0;
  while (releases.canary && !isDrawn(`unit-${String(unit)}`)) unit++;
  await page.goto(`${url}/?unit=unit-${String(unit)}`);
  await page.waitForFunction('globalThis.until !== undefined');
}

async function rollBack(site: Site): Promise<PublishBenchResult['badCanary']> {
  const { page, options, createBundle } = site;
  const { release } = await publish({ ...options(), bundleDir: createBundle('bad', true), share: 0.5 });
  await open(site);
  const { slates, ms } = await page.evaluate<{
    readonly slates: number;
    readonly ms: number;
  }>(`until((of) => of.number === ${String(release)} && of.channel === 'stable')`);
  const problems = await page.evaluate<readonly { readonly code: string; readonly message: string }[]>('problems');
  const told = problems.find(({ code }) => code === 'release_rolled_back');
  let fetched = 0;
  page.on('request', (request) => {
    if (request.url().includes('/registry/')) fetched++;
  });
  await open(site);
  const channel = await page.evaluate<string | null>(
    'kit.ready().then(slate).then(({ release }) => release?.channel ?? null)',
  );
  return {
    fault: told?.message.split(': ').at(-1) ?? null,
    ...{ slates, untilRolledBackMs: Math.round(ms), nextPage: { channel, fetched } },
  };
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b).map(Math.round);
  return { median: sorted[sorted.length >> 1] ?? 0, max: sorted.at(-1) ?? 0 };
}
