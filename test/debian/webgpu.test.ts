import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { GOLDEN_TOLERANCE } from '../../src/core/manifest.ts';
import { CHROMIUM_ARGS, WEBGPU_ARGS } from '../../training/browser.ts';
import { replay } from '../../training/replay.ts';
import { CHROMIUM, type GpuPage, type Site, type Trained, openGpuPage, startSite, trainSmall } from './gpu-fixture.ts';

const quiet = { progress: () => undefined, warn: () => undefined };

/**
 * Keeps the real device at hand; `lose` ends it at once, `lose in run` when the next commands are handed in. Says so
 * where commands are handed in after that.
 */
const LOSE_DEVICE = `{
  const { requestDevice } = GPUAdapter.prototype;
  const { submit } = GPUQueue.prototype;
  let device;
  let inRun = false;
  let lost = false;
  GPUAdapter.prototype.requestDevice = async function (...args) {
    device = await requestDevice.apply(this, args);
    device.lost.then(() => (lost = true));
    return device;
  };
  GPUQueue.prototype.submit = function (...args) {
    if (lost) channel.postMessage('too late');
    const result = submit.apply(this, args);
    if (inRun) device.destroy();
    return result;
  };
  const channel = new BroadcastChannel('gpu');
  channel.onmessage = async ({ data }) => {
    if (data === 'lose in run') inRun = true;
    else {
      device.destroy();
      await device.lost;
    }
    channel.postMessage('done');
  };
}`;

/** Once told, the next commands block the worker for ever, as a driver may. */
const HANG = `{
  const { submit } = GPUQueue.prototype;
  let hangs = false;
  GPUQueue.prototype.submit = function (...args) {
    while (hangs);
    return submit.apply(this, args);
  };
  const channel = new BroadcastChannel('gpu');
  channel.onmessage = () => {
    hangs = true;
    channel.postMessage('done');
  };
}`;

/** A GPU that computes a little wrong: a part of what comes back from it is off by a thousandth. */
const WRONG = `{
  const { getMappedRange } = GPUBuffer.prototype;
  GPUBuffer.prototype.getMappedRange = function (...args) {
    const range = getMappedRange.apply(this, args);
    if (this.usage & GPUBufferUsage.MAP_READ) {
      // the last head of the last candidate alone
      const values = new Float32Array(range);
      values[values.length - 1] += 0.001;
    }
    return range;
  };
}`;

/** What the device remembers of its engines. */
const READ_TRIALS = `navigator.storageBuckets.keys().then(([bucket]) => navigator.storageBuckets.open(bucket)).then(
  (bucket) => new Promise((resolve, reject) => {
  const opening = bucket.indexedDB.open('nearside');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const asked = opening.result.transaction('state').objectStore('state').get('trials');
    asked.onsuccess = () => { opening.result.close(); resolve(asked.result); };
  };
}))`;

describe.skipIf(!existsSync(CHROMIUM))('webgpu on SwiftShader (needs the Debian package chromium)', () => {
  let trained: Trained;
  let browser: Browser;
  let context: BrowserContext;
  let site: Site;

  beforeAll(async () => {
    process.env['CHROME_PATH'] = CHROMIUM;
    trained = await trainSmall();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: WEBGPU_ARGS });
  });
  afterAll(async () => {
    await browser.close();
    trained.remove();
  });
  beforeEach(async () => {
    site = await startSite(trained.bundleDir);
    context = await browser.newContext();
  });
  afterEach(async () => {
    await context.close();
    site.close();
  });

  const open = async (options?: string): Promise<GpuPage> => openGpuPage(await context.newPage(), site, options);
  /** The same visit ranked by wasm, with scores to compare. */
  const wasmSlate = async (rows: number[], count: number) => {
    const page = await open(`maxTier: 'wasm', storageName: 'other'`);
    await page.view(...rows);
    await page.ready();
    const [slate] = await page.slates(count);
    expect(slate.tier).toBe('wasm');
    return slate;
  };
  const largestGap = (a: readonly number[], b: readonly number[]): number =>
    Math.max(...a.map((value, i) => Math.abs(value - b[i])));

  test('replay: fifty queries rank on webgpu as on wasm', async () => {
    const { dataDir, bundleDir, queriesFile } = trained;
    const options = { dataDir, bundleDir, queriesFile, limit: 50, ...quiet };
    const result = await replay({ ...options, engine: 'webgpu', against: 'wasm' });
    expect(result).toMatchObject({ queries: 50, tiers: { webgpu: 50 }, tierProblems: {} });
    expect(result.against).toMatchObject({ tiers: { wasm: 50 }, sameTop10: 1, difference: { mean: 0 } });
  });

  test('a browser without an adapter: wasm ranks and says so, and a replay is refused', async () => {
    const plain = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS });
    const page = await openGpuPage(await plain.newPage(), site);
    expect(await page.ready()).toMatchObject({ tier: 'wasm', problem: { code: 'engine_unavailable' } });
    await page.view(3);
    expect(await page.slates(20)).toEqual([expect.objectContaining({ tier: 'wasm', code: 'engine_unavailable' })]);
    expect(site.fetched).not.toContain('webgpu.worker.js');
    await plain.close();
    // the same browser, deaf to the flags
    const dir = mkdtempSync(join(tmpdir(), 'nearside-deaf-'));
    const deaf = join(dir, 'chromium');
    const filter = 'case $flag in --enable-unsafe-webgpu|--use-webgpu-adapter=*) ;; *) set -- "$@" "$flag";; esac';
    writeFileSync(deaf, `#!/bin/sh\nfor flag; do shift; ${filter}; done\nexec ${CHROMIUM} "$@" --disable-gpu\n`, {
      mode: 0o755,
    });
    process.env['CHROME_PATH'] = deaf;
    try {
      const { dataDir, bundleDir, queriesFile } = trained;
      const options = { dataDir, bundleDir, queriesFile, limit: 1, ...quiet };
      await expect(replay({ ...options, engine: 'webgpu' })).rejects.toThrow('has no WebGPU');
    } finally {
      process.env['CHROME_PATH'] = CHROMIUM;
      rmSync(dir, { recursive: true });
    }
  });

  test('with all asked for, webgpu answers; many slates at once, lists of any length', async () => {
    const page = await open();
    await page.view(3, 7);
    expect(await page.ready()).toMatchObject({ tier: 'webgpu' });
    const expected = await wasmSlate([3, 7], 40);
    for (const slate of await page.slates(40, 12)) {
      expect([slate.tier, slate.code]).toEqual(['webgpu', undefined]);
      expect(largestGap(slate.scores, expected.scores)).toBeLessThan(GOLDEN_TOLERANCE);
      expect(slate.ids).toEqual(expected.ids);
    }
    for (const count of [1, 2, 37, 130]) expect((await page.slates(count))[0].tier).toBe('webgpu');
    expect(site.fetched).toContain('webgpu.worker.js');
  });

  test('a bundle that does not ask, or a site that does not allow it: nothing of it is fetched', async () => {
    const isOfGpu = (name: string): boolean => /webgpu|asyncify/.test(name);
    const plain = await open(`maxTier: 'wasm'`);
    expect(await plain.ready()).toMatchObject({ tier: 'wasm' });
    site.asks = false;
    const unasked = await open(`storageName: 'unasked', maxTier: 'webgpu'`);
    expect(await unasked.ready()).toEqual(expect.objectContaining({ tier: 'wasm' }));
    await unasked.view(1);
    expect(await unasked.slates(9)).toEqual([expect.objectContaining({ tier: 'wasm', code: undefined })]);
    expect(site.fetched.filter(isOfGpu)).toEqual([]);
  });

  test('an empty history never reaches the GPU', async () => {
    const page = await open();
    await page.ready();
    await page.evaluate(
      `window.kit.import([{ kind: 'view', itemId: window.items[4].id, at: Date.now() - 86_400_000, sessionId: 'old' }])`,
    );
    expect(await page.slates(20)).toEqual([expect.objectContaining({ tier: 'wasm', code: 'engine_input' })]);
    await page.view(4);
    expect(await page.slates(20)).toEqual([expect.objectContaining({ tier: 'webgpu', code: undefined })]);
  });

  test.each(['lose in run', 'lose'])('the device is lost (%s): that very slate arrives from wasm', async (word) => {
    site.prelude = LOSE_DEVICE;
    const page = await open();
    await page.view(3, 7);
    expect(await page.ready()).toMatchObject({ tier: 'webgpu' });
    const expected = await wasmSlate([3, 7], 40);
    expect((await page.slates(40))[0].tier).toBe('webgpu');
    await page.tell(word);
    await page.evaluate(
      `window.heard = []; new BroadcastChannel('gpu').onmessage = ({ data }) => window.heard.push(data)`,
    );
    const [slate] = await page.slates(40);
    expect([slate.tier, slate.code, slate.ids]).toEqual(['wasm', 'engine_device_lost', expected.ids]);
    const [next] = await page.slates(40);
    expect([next.tier, next.code, next.ids]).toEqual(['wasm', 'engine_device_lost', expected.ids]);
    expect(await page.evaluate('window.heard')).toEqual([]);
    if (word !== 'lose') return;
    // one loss is no verdict: the next page tries again
    await page.evaluate('window.kit.close()');
    const again = await open();
    expect(await again.ready()).toMatchObject({ tier: 'webgpu' });
    expect(await again.evaluate(READ_TRIALS)).toEqual([expect.objectContaining({ starts: 0, losses: 1, runs: 1 })]);
    // and after enough good runs it never was
    await again.view(3);
    await again.slates(40, 20);
    await vi.waitFor(
      async () =>
        expect(await again.evaluate(READ_TRIALS)).toEqual([
          { key: expect.any(String) as string, starts: 0, losses: 0 },
        ]),
      { timeout: 20_000 },
    );
  });

  test('a GPU that hangs for good is ended: that very slate, and those behind it, arrive from wasm', async () => {
    site.prelude = HANG;
    const page = await open(`maxTier: 'webgpu', deadlineMs: 20_000`);
    await page.view(3, 7);
    expect(await page.ready()).toMatchObject({ tier: 'webgpu' });
    const expected = await wasmSlate([3, 7], 40);
    await page.tell('hang');
    const slates = await page.slates(40, 3);
    for (const { tier, code, ids } of slates)
      expect([tier, code, ids]).toEqual(['wasm', 'engine_timeout', expected.ids]);
    expect((await page.slates(40))[0].tier).toBe('wasm');
  });

  test('a GPU that computes wrong is refused and remembered, until the model changes', async () => {
    site.prelude = WRONG;
    const page = await open();
    expect(await page.ready()).toMatchObject({ tier: 'wasm', problem: { code: 'engine_golden_mismatch' } });
    await page.view(3);
    expect(await page.slates(20)).toEqual([expect.objectContaining({ tier: 'wasm', code: 'engine_golden_mismatch' })]);
    await page.evaluate('window.kit.close()');
    // right again, but nobody looks
    site.prelude = '';
    site.fetched.length = 0;
    const again = await open();
    const { tier, problem } = await again.ready();
    expect([tier, problem?.code]).toEqual(['wasm', 'engine_golden_mismatch']);
    expect(problem?.message).toContain('remembered');
    expect(site.fetched).not.toContain('ort-wasm-simd-threaded.asyncify.wasm');
    await again.evaluate('window.kit.close()');
    site.revision = 'another model';
    expect(await (await open()).ready()).toMatchObject({ tier: 'webgpu' });
  });
});
