import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Batch } from '../../src/core/contract.ts';
import type { TrialNews } from '../../src/core/engine-trial.ts';
import { fillMissing } from '../../src/core/feature-rule.ts';
import { goldenBatch } from '../../src/core/golden.ts';
import { type Manifest, parseManifest } from '../../src/core/manifest.ts';
import { type Problem, createProblem, isProblem } from '../../src/core/problem.ts';
import { MemoryStorage } from '../../src/store/memory-storage.ts';
import { readTrial, saveTrial } from '../../src/store/trials.ts';
import { WebgpuEngine } from '../../workers/webgpu-engine.ts';
import type { WebgpuProtocol } from '../../workers/webgpu-protocol.ts';
import { type UpgradeRequest, upgradeToWebgpu } from '../../workers/webgpu-upgrade.ts';

// the fake worker below is its own remote: no messages, so the clock may be a fake one too
vi.mock('comlink', () => ({ wrap: (worker: unknown) => worker }));

const parsed = parseManifest(
  readFileSync(new URL('../../demo/bundle/manifest.json', import.meta.url), 'utf8'),
) as Manifest;
const [row] = parsed.golden;
const manifest = { ...parsed, golden: [row] };
const heads = manifest.heads.length;
const goldenRow = (): Batch => fillMissing(goldenBatch(row), manifest.features);
const zeros = (size: number): Float32Array => new Float32Array(size * heads);
/** Those of the golden row; zeros for longer lists. */
const logitsOf = ({ size }: Batch): Float32Array =>
  row.logits.length === size * heads ? Float32Array.from(row.logits) : zeros(size);

/** The GPU's worker; each run takes so many milliseconds, in order, and the last of them from then on. */
class FakeWorker implements WebgpuProtocol {
  ended = false;
  durations = [0];
  start = (): Promise<Problem | null> => Promise.resolve(null);
  run = (batch: Batch): Promise<Float32Array> => {
    const [ms = 0] = this.durations.length > 1 ? this.durations.splice(0, 1) : this.durations;
    return new Promise((resolve) => setTimeout(() => resolve(logitsOf(batch)), ms));
  };
  terminate = (): void => void (this.ended = true);
  addEventListener = (): void => undefined;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the time of a slate on the GPU', () => {
  const HANGS = 1e9;
  const RUN_MS = 350;

  async function open(...durations: number[]) {
    const worker = Object.assign(new FakeWorker(), { durations });
    const engine = new WebgpuEngine({ createWorker: () => worker as unknown as Worker, runMs: RUN_MS });
    await engine.start({ model: new ArrayBuffer(), wasmUrl: '', heads }, 1000);
    const notes: (string | null)[] = [];
    engine.serve(RUN_MS, (problem) => notes.push(problem && problem.code));
    const began = performance.now();
    /** What came of a slate, and after how many milliseconds since the first. */
    const slate = async (): Promise<[string, number]> => {
      const answer = await engine.run(goldenRow());
      return [isProblem(answer) ? answer.code : 'logits', performance.now() - began];
    };
    return { worker, engine, notes, slate };
  }

  test('a slate behind a slow one does not wait longer than one that is alone', async () => {
    const { worker, notes, slate } = await open(340, HANGS);
    const slates = [slate(), slate(), slate()];
    await vi.advanceTimersByTimeAsync(2000);
    expect(await Promise.all(slates)).toEqual([
      ['logits', 340],
      ['engine_timeout', 350],
      ['engine_timeout', 350],
    ]);
    // a hang is one all the same, though its slate has gone elsewhere
    expect([worker.ended, notes]).toEqual([true, [null, 'engine_timeout']]);
  });

  test('an engine whose queue was too long is not blamed for it', async () => {
    const { worker, notes, slate } = await open(200);
    const slates = [slate(), slate(), slate()];
    await vi.advanceTimersByTimeAsync(1000);
    expect((await Promise.all(slates)).map(([code]) => code)).toEqual(['logits', 'engine_timeout', 'engine_timeout']);
    const next = slate();
    await vi.advanceTimersByTimeAsync(200);
    expect([(await next)[0], worker.ended, notes]).toEqual(['logits', false, [null, null, null]]);
  });

  test('a run that hangs alone ends the engine in its time', async () => {
    const { worker, notes, slate } = await open(HANGS);
    const first = slate();
    await vi.advanceTimersByTimeAsync(350);
    expect(await first).toEqual(['engine_timeout', 350]);
    expect([worker.ended, notes]).toEqual([true, ['engine_timeout']]);
    expect((await slate())[0]).toBe('engine_timeout');
  });

  test('an engine that is closed in the middle of a run has not failed', async () => {
    const { engine, notes, slate } = await open(HANGS);
    const first = slate();
    await vi.advanceTimersByTimeAsync(10);
    engine.close();
    await vi.advanceTimersByTimeAsync(1000);
    expect((await first)[0]).not.toBe('logits');
    expect(notes).toEqual([]);
  });
});

describe('trying webgpu', () => {
  const worker = () => {
    const made = new FakeWorker();
    vi.stubGlobal('Worker', function () {
      return made;
    });
    return made;
  };

  const requestWith = (parts: Partial<UpgradeRequest> = {}): UpgradeRequest => {
    const info = { vendor: 'v', architecture: 'a', device: 'd', description: '' };
    vi.stubGlobal('navigator', { userAgent: 'test', gpu: { requestAdapter: () => Promise.resolve({ info }) } });
    const storage = new MemoryStorage();
    return {
      manifest,
      model: new ArrayBuffer(),
      wasm: { version: '1', run: ({ size }) => Promise.resolve(zeros(size)) },
      storage,
      remember: (key, news) => saveTrial(storage, key, news),
      settings: { storageName: '', wasmUrl: '', maxTier: 'webgpu', webgpuWasmUrl: '', webgpuRunMs: 350, adapts: false },
      ...parts,
    };
  };
  const attempt = async (request: UpgradeRequest): Promise<WebgpuEngine | Problem> => {
    const upgraded = upgradeToWebgpu(request);
    await vi.advanceTimersByTimeAsync(1000);
    return upgraded;
  };

  test('three short page views do not switch it off for good', async () => {
    const request = requestWith();
    const gpu = worker();
    gpu.start = () => new Promise(() => undefined);
    for (let i = 0; i < 3; i++) {
      // left in the middle: its worker is gone, and nothing is heard of it any more
      void upgradeToWebgpu(request);
      await vi.advanceTimersByTimeAsync(5000);
    }
    gpu.start = () => Promise.resolve(null);
    expect(await attempt(request)).toMatchObject({ code: 'engine_failed' });
    vi.setSystemTime(Date.now() + 86_400_000);
    expect(await attempt(request)).toBeInstanceOf(WebgpuEngine);
  });

  test('good runs of several short pages add up', async () => {
    const request = requestWith();
    const remember = vi.fn(request.remember);
    worker();
    await attempt({ ...request, remember });
    const [[key]] = remember.mock.calls;
    await saveTrial(request.storage, key, { kind: 'loss', problem: createProblem('engine_device_lost', 'gone') });
    for (let page = 0; page < 4; page++) {
      const engine = await attempt(request);
      if (isProblem(engine)) throw new Error(engine.message);
      for (let i = 0; i < 4; i++) {
        void engine.run(goldenRow());
        await vi.advanceTimersByTimeAsync(10);
      }
    }
    // the check of each page counts as well
    expect(await readTrial(request.storage, key)).toEqual({ key, starts: 0, losses: 0 });
  });

  test('an engine that was checked stays, where that cannot be written down', async () => {
    const gpu = worker();
    const full = (_: string, { kind }: TrialNews): Promise<void> =>
      kind === 'start' ? Promise.resolve() : Promise.reject(new DOMException('full', 'QuotaExceededError'));
    const engine = await attempt(requestWith({ remember: full }));
    expect(engine).toBeInstanceOf(WebgpuEngine);
    expect(gpu.ended).toBe(false);
  });

  test.each([
    ['wasm fails in the check', { wasm: { version: '1', run: () => Promise.reject(new Error('out of memory')) } }],
    ['scores are wrong', { wasm: { version: '1', run: ({ size }: Batch) => Promise.resolve(zeros(size).fill(1)) } }],
  ])('its worker is ended where %s, and nothing can be written down', async (_, parts) => {
    const gpu = worker();
    const remember = (_key: string, { kind }: TrialNews): Promise<void> =>
      kind === 'start' ? Promise.resolve() : Promise.reject(new Error('closed'));
    const problem = await attempt(requestWith({ ...parts, remember }));
    expect(isProblem(problem)).toBe(true);
    expect(gpu.ended).toBe(true);
  });
});
