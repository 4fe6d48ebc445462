import { MAX_BEFORE, type KillOrder, type Releases } from '../src/core/releases.ts';
import { type PrivateBundleKey } from './bundle-key.ts';
import { type Finding } from './bundle-verify.ts';
import { InputError } from './input-error.ts';
import { prepareOutFolder } from './out-folder.ts';
import {
  nextRelease,
  readHistory,
  readReleases,
  readStored,
  storeBundle,
  verifyStored,
  writeReleases,
} from './registry-folder.ts';

export interface RegistryOptions {
  readonly registryDir: string;
  readonly key: PrivateBundleKey;
  /** Raw Ed25519 public key that has signed the releases so far. */
  readonly publicKey: Uint8Array;
  /** Epoch ms. */
  readonly now: number;
  /** Devices refuse the release after so many days; default: never. */
  readonly expiresDays?: number | undefined;
}

export interface NamedBundle {
  /** Its folder's name under `bundles/`. */
  readonly bundle: string;
  readonly modelId: string | null;
}

export interface ReleaseRow {
  readonly release: number;
  readonly createdAt: string;
  readonly stable: NamedBundle;
  readonly canary: (NamedBundle & { readonly share: number }) | null;
  readonly killed: KillOrder | null;
  readonly expiresAt: string | null;
}

export interface RegistryState extends ReleaseRow {
  /** Whether this command has signed a release. */
  readonly changed: boolean;
  /** Newest first. */
  readonly releases: readonly ReleaseRow[];
}

const DAY_MS = 24 * 60 * 60_000;

type Draft = Pick<Releases, 'stable' | 'canary' | 'before' | 'killed'>;

/** Makes a bundle the stable one, or the canary for a share of the units. What it is already stays as it is. */
export async function publish(
  options: RegistryOptions & { readonly bundleDir: string; readonly share: number | null },
): Promise<RegistryState> {
  const { registryDir, bundleDir, now, share, expiresDays } = options;
  const before = await readTrusted(options);
  if (before === null && share !== null)
    throw new InputError(`${registryDir}: nothing is published yet, so there is nothing to compare a canary with`);
  prepareOutFolder(registryDir);
  const bundle = await storeBundle(registryDir, bundleDir, now);
  const running = before?.canary;
  if (running && running.bundle !== bundle)
    throw new InputError(`${registryDir}: a canary is running: promote it or roll it back first`);
  const isSame =
    share === null ? before?.stable === bundle && !running : running?.share === share || before?.stable === bundle;
  if (before !== null && isSame && expiresDays === undefined) return stateOf(registryDir, before, false);
  if (before?.stable === bundle) return write(options, before, before);
  return write(
    options,
    before,
    share === null ? withStable(before, bundle) : { ...draftOf(before, bundle), canary: { bundle, share } },
  );
}

/** Makes the canary the stable bundle. */
export async function promote(options: RegistryOptions): Promise<RegistryState> {
  const before = await readPublished(options);
  if (!before.canary) throw new InputError(`${options.registryDir}: no canary is running`);
  return write(options, before, withStable(before, before.canary.bundle));
}

/** Ends the canary; without one, the bundle before the stable one comes back. No device uses what was rolled back again. */
export async function rollback(options: RegistryOptions): Promise<RegistryState> {
  const before = await readPublished(options);
  const { stable, canary, before: earlier, killed } = before;
  const kept = killed && { killed };
  if (canary) return write(options, before, { stable, before: earlier, ...kept });
  const [last, ...rest] = earlier;
  if (last === undefined) throw new InputError(`${options.registryDir}: there is no bundle before the stable one`);
  return write(options, before, { stable: last, before: rest, ...kept });
}

/** Sets the kill switch, or lifts it. */
export async function kill(options: RegistryOptions & { readonly order: KillOrder | null }): Promise<RegistryState> {
  const before = await readPublished(options);
  if ((before.killed ?? null) === options.order) return stateOf(options.registryDir, before, false);
  const { stable, canary, before: earlier } = before;
  const rest = { stable, before: earlier, ...(canary && { canary }) };
  return write(options, before, options.order === null ? rest : { ...rest, killed: options.order });
}

export interface RegistryStatus {
  readonly ok: boolean;
  readonly state: RegistryState | null;
  /** What a device with this key would refuse, of the release and of every bundle that it names. */
  readonly findings: readonly Finding[];
}

/** Looks at all of the registry as a device would. */
export async function readStatus({
  registryDir,
  publicKey,
  now,
}: Omit<RegistryOptions, 'key' | 'expiresDays'>): Promise<RegistryStatus> {
  const read = await readReleases(registryDir, publicKey, now);
  if (read === null) throw new InputError(`${registryDir}: nothing is published there`);
  const { releases } = read;
  const stored = await Promise.all(namedBy(releases).map((bundle) => verifyStored(registryDir, bundle, now)));
  const findings = [...read.findings, ...stored.flat()];
  return { ok: findings.length === 0, state: stateOf(registryDir, releases, false), findings };
}

const namedBy = ({ stable, canary, before }: Releases): readonly string[] => [
  ...new Set([stable, ...(canary ? [canary.bundle] : []), ...before]),
];

async function readPublished(options: RegistryOptions): Promise<Releases> {
  const releases = await readTrusted(options);
  if (releases === null) throw new InputError(`${options.registryDir}: nothing is published there`);
  return releases;
}

/** Nobody signs on top of what another key has signed, or of bundles that are not whole. */
async function readTrusted({ registryDir, publicKey, now }: RegistryOptions): Promise<Releases | null> {
  const read = await readReleases(registryDir, publicKey, now);
  if (read === null) return null;
  // what has expired is what is published anew
  const [finding] = read.findings.filter(({ code }) => code !== 'bundle_expired');
  if (finding) throw new InputError(`${registryDir}: ${finding.message}; --public-key names the key of before`);
  return read.releases;
}

/** As it is, without the canary; a first one begins with its own. */
const draftOf = (before: Releases | null, bundle: string): Draft =>
  before === null
    ? { stable: bundle, before: [] }
    : { stable: before.stable, before: before.before, ...(before.killed && { killed: before.killed }) };

function withStable(before: Releases | null, bundle: string): Draft {
  const draft = draftOf(before, bundle);
  if (before === null || before.stable === bundle) return draft;
  const earlier = [before.stable, ...before.before].filter((one) => one !== bundle).slice(0, MAX_BEFORE);
  return { ...draft, stable: bundle, before: earlier };
}

async function write(options: RegistryOptions, before: Releases | null, draft: Draft): Promise<RegistryState> {
  const { registryDir, key, now, expiresDays } = options;
  const { stable, canary, killed } = draft;
  const named = [stable, ...(canary ? [canary.bundle] : [])];
  const torn = (await Promise.all(named.map((bundle) => verifyStored(registryDir, bundle, now)))).flat();
  if (torn.length > 0) throw new InputError(`${registryDir}: ${torn.map(({ message }) => message).join('; ')}`);
  // a promise holds until another is given
  const expiresAt = expiresDays === undefined ? before?.expiresAt : new Date(now + expiresDays * DAY_MS).toISOString();
  const releases = {
    schemaVersion: 1,
    release: Math.max(nextRelease(registryDir), (before?.release ?? 0) + 1),
    createdAt: new Date(now).toISOString(),
    ...{ stable, before: draft.before },
    ...(canary && { canary }),
    ...(killed && { killed }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
  return stateOf(registryDir, writeReleases(registryDir, releases, key), true);
}

function stateOf(dir: string, releases: Releases, changed: boolean): RegistryState {
  const history = readHistory(dir).filter(({ release }) => release <= releases.release);
  return { ...rowOf(dir, releases), changed, releases: history.map((one) => rowOf(dir, one)) };
}

function rowOf(dir: string, { release, createdAt, stable, canary, killed, expiresAt }: Releases): ReleaseRow {
  const named = (bundle: string): NamedBundle => ({ bundle, modelId: readStored(dir, bundle)?.modelId ?? null });
  return {
    ...{ release, createdAt, stable: named(stable) },
    canary: canary ? { ...named(canary.bundle), share: canary.share } : null,
    ...{ killed: killed ?? null, expiresAt: expiresAt ?? null },
  };
}
