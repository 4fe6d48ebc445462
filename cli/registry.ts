import type { RegistryOptions, RegistryState } from '../training/registry.ts';
import { type Command, type Option, type Values, defineCommand } from './command.ts';
import { parseInteger } from './integer.ts';
import type { Io } from './io.ts';
import { parseSplit } from './split.ts';
import { parseTime } from './time.ts';
import { UsageError } from './usage-error.ts';

/** Room for ten years: a longer promise is a slip of the finger. */
const MAX_DAYS = 3650;

export const parseDays = (text: string | undefined, flag: string): number | undefined =>
  text === undefined ? undefined : parseInteger(text, { flag, min: 1, max: MAX_DAYS });

export const now = {
  type: 'string',
  value: 'ISO',
  help: 'the time to count from, such as 2026-01-31T00:00:00Z; default: now',
} as const satisfies Option;

export const privateKey = {
  type: 'string',
  value: 'FILE',
  required: true,
  help: 'private key made by bundle keygen',
} as const satisfies Option;

export const expiresDays = {
  type: 'string',
  value: 'N',
  help: 'pages refuse it after so many days; default: never',
} as const satisfies Option;

const registry = { type: 'string', value: 'DIR', required: true, help: 'folder of the registry' } as const;

const signing = {
  registry,
  key: privateKey,
  'public-key': {
    type: 'string',
    value: 'KEY|FILE',
    help: 'the key that has signed the releases so far; default: that of --key',
  },
  'expires-days': { ...expiresDays, help: 'pages refuse the release after so many days; default: as the last one' },
  now,
} as const;

async function readOptions(values: Values<typeof signing>): Promise<RegistryOptions> {
  const { readPrivateKey, readPublicKey } = await import('../training/bundle-key.ts');
  const key = await readPrivateKey(values.key);
  return {
    registryDir: values.registry,
    key,
    publicKey: readPublicKey(values['public-key'] ?? key.publicKey),
    now: parseTime(values.now, 'now') ?? Date.now(),
    expiresDays: parseDays(values['expires-days'], 'expires-days'),
  };
}

/** Prints what a step has come to, with the time that it took. */
async function print(io: Io, step: () => Promise<RegistryState>, more: object = {}): Promise<void> {
  const started = performance.now();
  const state = await step();
  io.print({ ...state, ...more, seconds: Math.round(performance.now() - started) / 1000 });
}

/** `5%` or `0.05`: above 0 and below 1. */
function parseShare(text: string | undefined): number | null {
  if (text === undefined) return null;
  const [, digits, percent] = /^(\d{1,3}(?:\.\d{1,4})?)(%?)$/.exec(text) ?? [];
  const share = digits === undefined ? Number.NaN : Number(digits) / (percent ? 100 : 1);
  if (share > 0 && share < 1) return share;
  throw new UsageError(`--canary must be a share such as 5%, above 0 and below all, got "${text}"`);
}

const publishCommand = defineCommand({
  name: 'bundle publish',
  summary: 'Put a bundle into a registry, for every device or as the canary of some; with --data only where it wins',
  options: {
    bundle: { type: 'string', value: 'BUNDLE', required: true, positional: true, help: 'folder of the bundle' },
    canary: { type: 'string', value: 'SHARE', help: 'for this share of the units only, such as 5%' },
    data: { type: 'string', value: 'DIR', help: "the site's log: first judge it against the stable bundle there" },
    split: { type: 'string', value: 'valid|test', default: 'valid', help: 'the held-out part of --data' },
    ...signing,
  },
  run: async ({ bundle: bundleDir, canary, data, split, ...values }, io) => {
    const share = parseShare(canary);
    const options = { ...(await readOptions(values)), bundleDir };
    const { publish } = await import('../training/registry.ts');
    if (data === undefined) return print(io, () => publish({ ...options, share }));
    const { judgeOffline } = await import('../training/offline-win.ts');
    const { progress, warn } = io;
    const judged = { ...options, dataDir: data, split: parseSplit(split), progress, warn };
    const offline = await judgeOffline({ ...judged, stopwatch: () => performance.now() });
    if (!offline.wins) {
      io.print({ changed: false, offline, releases: [] });
      return 1;
    }
    await print(io, () => publish({ ...options, share }), { offline });
    return 0;
  },
});

const promoteCommand = defineCommand({
  name: 'bundle promote',
  summary: 'Make the canary of a registry the bundle of every device',
  options: signing,
  run: async (values, io) => {
    const options = await readOptions(values);
    const { promote } = await import('../training/registry.ts');
    await print(io, () => promote(options));
  },
});

const rollbackCommand = defineCommand({
  name: 'bundle rollback',
  summary: 'End the canary of a registry; without one, bring back the bundle before the stable one: a new release',
  options: signing,
  run: async (values, io) => {
    const options = await readOptions(values);
    const { rollback } = await import('../training/registry.ts');
    await print(io, () => rollback(options));
  },
});

const killCommand = defineCommand({
  name: 'bundle kill',
  summary: 'The kill switch of a registry: no bundle of it ranks, until --lift',
  options: {
    order: { type: 'string', value: 'server|linear', default: 'server', help: 'what stands in: whose order' },
    lift: { type: 'boolean', help: 'bundles rank again' },
    ...signing,
  },
  run: async ({ order, lift, ...values }, io) => {
    if (order !== 'server' && order !== 'linear') throw new UsageError('--order must be server or linear');
    const options = await readOptions(values);
    const { kill } = await import('../training/registry.ts');
    await print(io, () => kill({ ...options, order: lift ? null : order }));
  },
});

const statusCommand = defineCommand({
  name: 'bundle status',
  summary: 'Judge a registry as a device would, with every bundle that its newest release names; list its releases',
  options: {
    registry,
    'public-key': { type: 'string', value: 'KEY|FILE', required: true, help: 'the key that must have signed' },
    now,
  },
  run: async ({ registry: registryDir, 'public-key': key, now: at }, io) => {
    const time = parseTime(at, 'now') ?? Date.now();
    const [{ readPublicKey }, { readStatus }] = await Promise.all([
      import('../training/bundle-key.ts'),
      import('../training/registry.ts'),
    ]);
    const { ok, state, findings } = await readStatus({ registryDir, publicKey: readPublicKey(key), now: time });
    io.print({ ok, ...state, findings });
    return ok ? 0 : 1;
  },
});

export const registryCommands: readonly Command[] = [
  publishCommand,
  promoteCommand,
  rollbackCommand,
  killCommand,
  statusCommand,
];
