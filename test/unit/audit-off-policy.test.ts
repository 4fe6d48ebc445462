import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import type { AuditedVersion } from '../../collector/index.ts';
import { readBundleManifest } from '../../training/bundle-manifest.ts';
import { audit } from './audit-log.ts';
import { DEMO_BUNDLE, bundleEvents, writeLog } from './off-policy-fixture.ts';

vi.setConfig({ testTimeout: 60_000 });
const folder = mkdtempSync(join(tmpdir(), 'nearside-audit-ope-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { modelId } = readBundleManifest(DEMO_BUNDLE);

/** Slates of another version, then the bundle's own with this chance of a click; positions are told as devices do. */
async function auditOwn(
  name: string,
  { chance, withRanking }: { readonly chance: number; readonly withRanking: boolean },
) {
  const slatesOf = (id: string, options: object) =>
    Array.from({ length: 300 }, () => bundleEvents(options).map((event) => ({ ...event, modelId: id }))).flat();
  const db = writeLog(join(folder, `${name}.sqlite`), [
    ...slatesOf('before', { withRanking }),
    ...slatesOf(modelId, { chance }),
  ]);
  const finding = (await audit('--db', db, '--bundle', DEMO_BUNDLE)).of('offline-online');
  const versions = finding.figures['versions'] as AuditedVersion[];
  return { finding, own: versions.find((version) => version.modelId === modelId) };
}

test('what slates of another version foretold is set beside what the bundle brought', async () => {
  const { own, finding } = await auditOwn('true', { chance: 0.3, withRanking: true });
  expect(own?.offPolicy).toMatchObject({
    predicted: { verdict: 'estimated' },
    measured: { mean: expect.any(Number) as number },
  });
  expect(finding.messages.filter((message) => message.includes('foretold'))).toHaveLength(1);
  expect(finding.verdict).toBe('not_observable');
});

test('a bundle that brings half of what was foretold is found', async () => {
  const { finding } = await auditOwn('half', { chance: 0.15, withRanking: true });
  expect(finding.verdict).toBe('warn');
});

test('without what the model read nothing is foretold, and it is said why', async () => {
  const { own, finding } = await auditOwn('bare', { chance: 0.3, withRanking: false });
  expect(own?.offPolicy?.predicted).toMatchObject({ verdict: 'not observable', dr: null });
  expect(finding.messages.join()).toContain('"ranking"');
});
