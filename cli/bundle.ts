import { type Command, defineCommand } from './command.ts';
import { parseInteger } from './integer.ts';
import { expiresDays, now, parseDays, privateKey, registryCommands } from './registry.ts';
import { parseTime } from './time.ts';

const bundle = { type: 'string', value: 'DIR', required: true, help: 'folder of the bundle' } as const;

const keygenCommand = defineCommand({
  name: 'bundle keygen',
  summary: 'Make an Ed25519 key: the private one into a file, the public one printed for createKit({ bundleKeys })',
  options: {
    key: { type: 'string', value: 'FILE', required: true, help: 'file to make, readable by its owner only' },
  },
  run: async ({ key: file }, io) => {
    const { createKeyFile } = await import('../training/bundle-key.ts');
    io.print({ ...(await createKeyFile(file)), file });
  },
});

const signCommand = defineCommand({
  name: 'bundle sign',
  summary: 'Check a bundle and sign its manifest in place, as one release',
  options: {
    bundle,
    key: privateKey,
    release: { type: 'string', value: 'N', required: true, help: 'from 1; pages refuse one below what they have seen' },
    'expires-days': expiresDays,
    'retrain-days': { type: 'string', value: 'N', help: 'note in the manifest when to train again' },
    owner: { type: 'string', value: 'NAME', help: 'note in the manifest who answers for the model' },
    runbook: { type: 'string', value: 'URL', help: 'note in the manifest where it says what to do' },
    now,
  },
  run: async ({ bundle: bundleDir, key, release, now: at, owner, runbook, ...days }, io) => {
    const options = {
      bundleDir,
      release: parseInteger(release, { flag: 'release', min: 1 }),
      expiresDays: parseDays(days['expires-days'], 'expires-days'),
      retrainDays: parseDays(days['retrain-days'], 'retrain-days'),
      ...{ owner, runbook },
      now: parseTime(at, 'now') ?? Date.now(),
    };
    const [{ readPrivateKey }, { signBundle }] = await Promise.all([
      import('../training/bundle-key.ts'),
      import('../training/bundle-sign.ts'),
    ]);
    io.print(await signBundle({ ...options, key: await readPrivateKey(key) }));
  },
});

const verifyCommand = defineCommand({
  name: 'bundle verify',
  summary: 'Judge a bundle as a page with this key would, every file and its golden rows included',
  options: {
    bundle,
    'public-key': { type: 'string', value: 'KEY|FILE', required: true, help: 'the key that must have signed' },
    now,
  },
  run: async ({ bundle: bundleDir, 'public-key': key, now: at }, io) => {
    const time = parseTime(at, 'now') ?? Date.now();
    const [{ readPublicKey }, { verifyBundle }] = await Promise.all([
      import('../training/bundle-key.ts'),
      import('../training/bundle-verify.ts'),
    ]);
    const { manifest, findings } = await verifyBundle({ bundleDir, publicKey: readPublicKey(key), now: time });
    const { modelId = null, release = null, expiresAt = null, retrainBy = null, signature } = manifest ?? {};
    const keyId = signature?.keyId ?? null;
    io.print({ ok: findings.length === 0, modelId, release, expiresAt, retrainBy, keyId, findings });
    return findings.length === 0 ? 0 : 1;
  },
});

/** Of bundles, and of the registry that holds them. */
export const bundleCommands: readonly Command[] = [keygenCommand, signCommand, verifyCommand, ...registryCommands];
