import type { EngineTrial } from '../core/engine-trial.ts';
import type { Storage } from './storage.ts';

/** One for each model, browser and adapter met lately. */
const MAX_TRIALS = 8;

/** What is known of the engine on this device; a new row where nothing is. */
export async function readTrial(storage: Storage, key: string): Promise<EngineTrial> {
  const trials = await storage.transact({ tables: ['state'], mode: 'readonly', run: (rows) => rows.trials() });
  return trials.find((trial) => trial.key === key) ?? { key, starts: 0, losses: 0 };
}

/** Called by the page alone (it writes `state`); the worker asks for it. */
export const saveTrial = (storage: Storage, trial: EngineTrial): Promise<void> =>
  storage.transact({
    tables: ['state'],
    mode: 'readwrite',
    run: async (rows) => {
      const others = (await rows.trials()).filter(({ key }) => key !== trial.key);
      await rows.putTrials([trial, ...others].slice(0, MAX_TRIALS));
    },
  });
