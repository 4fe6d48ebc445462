import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FEATURE_SCHEMA_HASH } from '../src/core/contract.ts';
import { type BundleFile, MANIFEST_SCHEMA_VERSION, type Manifest, modelIdText } from '../src/core/manifest.ts';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

export type BundleContent = Readonly<Record<string, Uint8Array>>;
export type ManifestFacts = Pick<
  Manifest,
  'createdAt' | 'features' | 'heads' | 'golden' | 'trainingWindow' | 'quality' | 'engines' | 'dataProfile'
>;

/** Writes the files, then the manifest that names them, each by rename: a reader never sees half a file. */
export function writeBundle(dir: string, content: BundleContent, facts: ManifestFacts): Manifest {
  mkdirSync(dir, { recursive: true });
  const put = (name: string, bytes: Uint8Array | string): void => {
    writeFileSync(join(dir, `${name}.part`), bytes);
    renameSync(join(dir, `${name}.part`), join(dir, name));
  };
  const files: Record<string, BundleFile> = {};
  for (const name of Object.keys(content).sort()) {
    const bytes = content[name];
    put(name, bytes);
    files[name] = { sizeBytes: bytes.length, sha256: sha256(bytes) };
  }
  const manifest: Manifest = {
    schemaVersion: MANIFEST_SCHEMA_VERSION,
    modelId: sha256(modelIdText(files)),
    createdAt: facts.createdAt,
    files,
    featureSchemaHash: FEATURE_SCHEMA_HASH,
    features: facts.features,
    heads: facts.heads,
    golden: facts.golden,
    trainingWindow: facts.trainingWindow,
    quality: facts.quality,
    ...(facts.engines && { engines: facts.engines }),
    ...(facts.dataProfile !== undefined && { dataProfile: facts.dataProfile }),
  };
  put('manifest.json', `${JSON.stringify(manifest)}\n`);
  return manifest;
}
