import type { ConsentState, EgressLevel, KitOptions } from 'nearside';

const KEY = 'nearside-demo:settings';

/** What the inspector switches, and what `resetSwitches` takes back. */
export const SWITCHES = ['offline', 'spoil', 'gpc', 'worker', 'egress', 'consent', 'qa', 'lag', 'travel'] as const;
const NAMES = [...SWITCHES, 'storage', 'bundle', 'deadline', 'dir', 'age', 'region', 'experiments', 'help'] as const;
export type SettingName = (typeof NAMES)[number];
export type Settings = Partial<Record<SettingName, string>>;

/** Switches for trying things out, from the page's address (`?egress=none&dir=rtl`); kept for the tab's other pages. */
export function readSettings(address: URL, storage: Storage): Settings {
  const kept = parseSettings(storage.getItem(KEY));
  const given = pickNames(Object.fromEntries(address.searchParams));
  const settings = { ...kept, ...given };
  keepSettings(settings, storage);
  return settings;
}

export const keepSettings = (settings: Settings, storage: Storage): void =>
  storage.setItem(KEY, JSON.stringify(settings));

/** What the shop gives to its kit beside the settings. */
export type ShopParts = Required<
  Pick<KitOptions, 'rules' | 'context' | 'experiments' | 'fetch' | 'clock' | 'createWorker'>
>;

/** The kit of this shop: its bundle, collector, rules and experiments, and as a rule consent for feedback events. */
export function createOptions(settings: Settings, { experiments, ...parts }: ShopParts): KitOptions {
  const { consent, bundle, deadline, worker } = settings;
  return {
    bundleUrl: bundle === 'none' ? null : (bundle ?? '/bundle/'),
    collectorUrl: location.origin,
    egress: egressOf(settings),
    storageName: storageNameOf(settings),
    ...parts,
    ...(settings.experiments === 'none' ? {} : { experiments, experimentOverrides: parseArms(settings.qa) }),
    ...(Number(deadline) > 0 ? { deadlineMs: Number(deadline) } : {}),
    ...(isState(consent) ? { consent } : {}),
    ...(worker === 'none' ? { createWorker: null } : {}),
  };
}

export const storageNameOf = ({ storage }: Settings): string => storage ?? 'nearside-demo';

/** The most that may leave; consent may allow less. */
export const egressOf = ({ egress }: Settings): EgressLevel =>
  egress === 'none' || egress === 'training' ? egress : 'events';

/** Arms by experiment, from a text such as `cart-shelf:ranked,large-ranker:large`. */
export const parseArms = (text = ''): Record<string, string> =>
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
