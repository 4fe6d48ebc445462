import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test, vi } from 'vitest';
import { BENCHES } from '../../cli/bench.ts';
import { runCommand } from '../../cli/command.ts';
import type { IdentityCurve } from '../../training/identity-curve.ts';
import { parseCatalogue } from '../../training/simulate-catalogue.ts';
import { encodeSimulation, writeSimulation } from '../../training/simulate-files.ts';
import { simulate } from '../../training/simulate.ts';

vi.setConfig({ testTimeout: 120_000 });
const folder = mkdtempSync(join(tmpdir(), 'nearside-identity-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const demo = fileURLToPath(new URL('../../demo', import.meta.url));

test('signals of other devices are missing apart, and joined they rank as one device would', async () => {
  const catalogue = parseCatalogue(JSON.parse(readFileSync(join(demo, 'catalogue.json'), 'utf8')));
  // other visitors than those of the bundle's training, in its shop
  const simulation = simulate({ visits: 1500, seed: 11, catalogue });
  writeSimulation(encodeSimulation(simulation, catalogue), folder);
  // the bundle has not seen what came from here on
  const splits = { valid_from_ms: Date.UTC(2026, 9, 26), test_from_ms: Date.UTC(2026, 10, 1) };
  writeFileSync(join(folder, 'splits.json'), JSON.stringify(splits));
  const printed: IdentityCurve[] = [];
  const io = { print: (one: IdentityCurve) => printed.push(one), progress: () => undefined, warn: () => undefined };
  const command = BENCHES.find(({ name }) => name === 'bench identity');
  if (command === undefined) throw new Error('no such bench');
  const args = ['--data', folder, '--bundle', join(demo, 'bundle'), '--limit', '150'];
  await runCommand(command, args, io as never);
  const [{ curve, queries }] = printed;
  expect(queries).toBeGreaterThan(30);
  expect(curve.map(({ devices }) => devices)).toEqual([2, 3, 5]);
  let before = 0;
  for (const { elsewhere, sameRank, model } of curve) {
    expect(elsewhere).toBeGreaterThan(before);
    before = elsewhere;
    expect(sameRank).toBeGreaterThan(0.97);
    expect(Math.abs(model.left.mean)).toBeLessThan(0.005);
    // whether that is worth anything is for the bench to say; it is another ranking
    expect(model.unstitched.mean).not.toBe(model.one.mean);
  }
});
