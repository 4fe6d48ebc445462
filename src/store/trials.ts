import { type EngineTrial, type TrialNews, afterNews } from '../core/engine-trial.ts';
import type { Storage } from './storage.ts';

/** One for each model, browser and adapter met lately. */
const MAX_TRIALS = 8;

/** What is known of the engine on this device; a new row where nothing is. */
export async function readTrial(storage: Storage, key: string): Promise<EngineTrial> {
  const trials = await storage.transact({ tables: ['state'], mode: 'readonly', run: (rows) => rows.trials() });
  return findTrial(trials, key);
}

/** Called by the page alone (it writes `state`); the worker asks for it. Rejects where storage fails. */
export const saveTrial = (storage: Storage, key: string, news: TrialNews): Promise<void> =>
  storage.transact({
    tables: ['state'],
    mode: 'readwrite',
    run: async (rows) => {
      const trials = await rows.trials();
      const others = trials.filter((trial) => trial.key !== key);
      await rows.putTrials([afterNews(findTrial(trials, key), news), ...others].slice(0, MAX_TRIALS));
    },
  });

const findTrial = (trials: readonly EngineTrial[], key: string): EngineTrial =>
  trials.find((trial) => trial.key === key) ?? { key, starts: 0, losses: 0 };
