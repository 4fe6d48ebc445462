export const TABS = ['now', 'slates', 'signals', 'left', 'outbox', 'switches'] as const;
export type TabName = (typeof TABS)[number];

/** How the drawer stands; kept over the pages of the tab. */
export interface DrawerState {
  readonly isOpen: boolean;
  readonly tab: TabName;
  /** Id of what has the focus again once the page has been loaded again. */
  readonly focus?: string;
}

const KEY = 'nearside-demo:inspector';

export function readDrawerState(storage: Storage): DrawerState {
  try {
    const { isOpen, tab, focus } = JSON.parse(storage.getItem(KEY) ?? '{}') as Partial<DrawerState>;
    const known = TABS.find((name) => name === tab) ?? 'now';
    return { isOpen: isOpen === true, tab: known, ...(typeof focus === 'string' && { focus }) };
  } catch {
    return { isOpen: false, tab: 'now' };
  }
}

export const keepDrawerState = (state: DrawerState, storage: Storage): void =>
  storage.setItem(KEY, JSON.stringify(state));
