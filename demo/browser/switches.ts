import { SWITCHES, type SettingName, type Settings, keepSettings, readSettings } from './settings.ts';

export interface Switches {
  /** As they are now. */
  readonly settings: Settings;
  /** Holds at once for what looks again, and for the tab's next pages; undefined takes a setting back. */
  change(change: Readonly<Partial<Record<SettingName, string | undefined>>>): void;
  reset(): void;
}

/** The settings of this tab, which may change while a page is open. */
export function createSwitches(storage: Storage): Switches {
  let settings = readSettings(new URL(location.href), storage);
  const change: Switches['change'] = (changed) => {
    const all = Object.entries({ ...settings, ...changed });
    settings = Object.fromEntries(all.filter(([, value]) => value !== undefined));
    keepSettings(settings, storage);
    forgetInAddress(Object.keys(changed));
  };
  return {
    get settings() {
      return settings;
    },
    change,
    reset: () => change(Object.fromEntries(SWITCHES.map((name) => [name, undefined]))),
  };
}

/** Or the address would set it again when the page is loaded again. */
function forgetInAddress(names: readonly string[]): void {
  const address = new URL(location.href);
  for (const name of names) address.searchParams.delete(name);
  if (address.href !== location.href) history.replaceState(history.state, '', address);
}
