import { hasPrivacyControl, setPrivacyControl } from './privacy-control.ts';
import { createRiggedFetch } from './rigged-fetch.ts';
import { type RiggedWorkers, createRiggedWorkers } from './rigged-worker.ts';
import { SentLog } from './sent-log.ts';
import type { ShopParts } from './settings.ts';
import { type Switches, createSwitches } from './switches.ts';
import { travelMs } from './travel.ts';

/** Everything that the inspector can lay hands on; without any switch it is what a kit has by itself. */
export interface Rig {
  readonly switches: Switches;
  readonly sent: SentLog;
  readonly workers: RiggedWorkers;
  /** Epoch ms. */
  readonly clock: () => number;
  /** Whether the browser itself asks for Global Privacy Control. */
  readonly isPrivate: boolean;
  readonly options: Pick<ShopParts, 'fetch' | 'clock' | 'createWorker'>;
}

/** To be called before the kit is made: that reads the browser's signals at once. */
export function createRig(): Rig {
  const switches = createSwitches(sessionStorage);
  const sent = new SentLog(sessionStorage);
  const workers = createRiggedWorkers('/nearside/worker.js');
  const clock = (): number => Date.now() + travelMs(switches.settings);
  const isPrivate = hasPrivacyControl();
  if (switches.settings.gpc === 'on') setPrivacyControl();
  const fetch = createRiggedFetch({ settings: () => switches.settings, sent });
  return { switches, sent, workers, clock, isPrivate, options: { fetch, clock, createWorker: workers.create } };
}
