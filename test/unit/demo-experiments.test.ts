import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findAnalysisProblems } from '../../collector/index.ts';
import set from '../../demo/experiments.json' with { type: 'json' };
import { parseArmSet } from '../../src/core/arm-change.ts';
import { readBundleManifest } from '../../training/bundle-manifest.ts';

const fromRoot = (path: string): URL => new URL(`../../${path}`, import.meta.url);

test('every experiment of the demo runs, and declares what decides', () => {
  expect(parseArmSet(set).problems).toEqual([]);
  expect(findAnalysisProblems(set)).toEqual([]);
  for (const { analysis } of set.experiments) expect(analysis.owner).not.toBe('');
});

test('docs/experiments.md shows the experiments that run in the demo', () => {
  const doc = readFileSync(fromRoot('docs/experiments.md'), 'utf8');
  const section = doc.slice(doc.indexOf('## Five kinds'), doc.indexOf('## Exposure'));
  const shown = Array.from(
    section.matchAll(/```json\n(.*?)```/gs),
    ([, json]) => JSON.parse(json ?? '') as { key: string },
  );
  expect(shown.map(({ key }) => key)).toEqual(set.experiments.map(({ key }) => key));
  for (const one of shown) expect(set.experiments.find(({ key }) => key === one.key)).toMatchObject(one);
});

test('the large bundle reads the same item vectors as the one that serves', () => {
  const items = (name: string): string => readFileSync(fromRoot(`demo/${name}/items.ndjson`), 'utf8');
  expect(items('bundle-large')).toBe(items('bundle'));
});

test('the large bundle is whole, byte for byte', () => {
  const { files } = readBundleManifest(fileURLToPath(fromRoot('demo/bundle-large')));
  for (const [name, { sha256, sizeBytes }] of Object.entries(files)) {
    const bytes = readFileSync(fromRoot(`demo/bundle-large/${name}`));
    expect([name, bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([name, sizeBytes, sha256]);
  }
});
