import type { ConsentState, EgressLevel, KitOptions } from 'nearside';

const KEY = 'nearside-demo:settings';
const NAMES = [
  'storage',
  'egress',
  'consent',
  'bundle',
  'deadline',
  'worker',
  'dir',
  'age',
  'region',
  'experiments',
  'qa',
] as const;
type Name = (typeof NAMES)[number];
export type Settings = Partial<Record<Name, string>>;

/** Switches for trying things out, from the page's address (`?egress=none&dir=rtl`); kept for the tab's other pages. */
export function readSettings(address: URL, storage: Storage): Settings {
  const kept = parseSettings(storage.getItem(KEY));
  const given = pickNames(Object.fromEntries(address.searchParams));
  const settings = { ...kept, ...given };
  storage.setItem(KEY, JSON.stringify(settings));
  return settings;
}

/** What the shop gives to its kit beside the settings. */
export type ShopParts = Required<Pick<KitOptions, 'rules' | 'context' | 'experiments'>>;

/** The kit of this shop: its bundle, collector, rules and experiments, and as a rule consent for feedback events. */
export function createOptions(settings: Settings, { experiments, ...parts }: ShopParts): KitOptions {
  const { storage, egress, consent, bundle, deadline, worker } = settings;
  const level: EgressLevel = egress === 'none' ? 'none' : 'events';
  return {
    bundleUrl: bundle === 'none' ? null : (bundle ?? '/bundle/'),
    collectorUrl: location.origin,
    egress: level,
    storageName: storage ?? 'nearside-demo',
    ...parts,
    ...(settings.experiments === 'none' ? {} : { experiments, experimentOverrides: parseArms(settings.qa) }),
    ...(Number(deadline) > 0 ? { deadlineMs: Number(deadline) } : {}),
    ...(isState(consent) ? { consent } : {}),
    ...(worker === 'none' ? { createWorker: null } : {}),
  };
}

/** From a text such as `cart-shelf:ranked,large-ranker:large`. */
const parseArms = (text = ''): Record<string, string> =>
  Object.fromEntries(
    text.split(',').flatMap((pair) => {
      const [experiment, arm] = pair.split(':');
      return experiment && arm ? [[experiment, arm]] : [];
    }),
  );

const isState = (text: string | undefined): text is ConsentState =>
  text === 'pending' || text === 'granted' || text === 'denied';

function parseSettings(text: string | null): Settings {
  try {
    return pickNames(JSON.parse(text ?? '{}'));
  } catch {
    return {};
  }
}

function pickNames(input: unknown): Settings {
  const given = (typeof input === 'object' ? input : null) as Record<string, unknown> | null;
  return Object.fromEntries(NAMES.flatMap((name) => (typeof given?.[name] === 'string' ? [[name, given[name]]] : [])));
}
