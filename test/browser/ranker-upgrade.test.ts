import { expect, test, vi } from 'vitest';
import { parseManifest } from '../../src/core/manifest.ts';
import { isProblem } from '../../src/core/problem.ts';
import { deleteDatabase } from '../../src/store/database-place.ts';
import { Ranker } from '../../workers/ranker.ts';
import { createBundle, newName, wasmUrl } from './kit-fixture.ts';

// as a chunk that a deployment has just removed: importing it rejects
vi.mock('../../workers/webgpu-upgrade.ts', () => {
  throw new TypeError('Failed to fetch dynamically imported module');
});

test('where the script that tries webgpu does not load, wasm ranks and says why', async () => {
  const files = await createBundle({ engines: ['webgpu'] });
  const manifest = parseManifest(new TextDecoder().decode(files.get('manifest.json')));
  if (isProblem(manifest)) throw new Error(manifest.message);
  const bytes = (name: string): ArrayBuffer => new Uint8Array(files.get(name) ?? []).buffer;
  const ranker = new Ranker();
  const storageName = newName();
  await ranker.open({ storageName, wasmUrl, maxTier: 'webgpu', webgpuWasmUrl: '', webgpuRunMs: 1000, adapts: false });
  const loaded = await ranker.load({
    manifest,
    files: {
      'rank.onnx': bytes('rank.onnx'),
      'linear.json': bytes('linear.json'),
      'micro.bin': bytes('micro.bin'),
    },
  });
  expect(loaded).toEqual({ tier: 'wasm', upgrading: true });
  expect(await ranker.upgraded()).toMatchObject({ tier: 'wasm', problem: { code: 'engine_failed' } });
  await deleteDatabase(storageName);
});
