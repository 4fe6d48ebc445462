import { createSlateLog } from '../core/slate-log.ts';
import type { QueuedEvents } from '../store/outbox-state.ts';
import { queueSlate, saveSlate } from '../store/slates.ts';
import type { Storage } from '../store/storage.ts';
import type { ComposedSlate } from './compose-slate.ts';
import type { Held } from './held.ts';
import type { Settings } from './settings.ts';

export interface SlateSaverOptions {
  readonly settings: Settings;
  readonly held: Held;
  /** Runs one storage job; its failure is reported. */
  readonly use: (job: (storage: Storage) => Promise<void>) => Promise<void>;
  readonly onQueued: (queued: QueuedEvents) => void;
}

export interface MadeSlate {
  readonly composed: ComposedSlate;
  /** Epoch ms. */
  readonly at: number;
  /** Of the last erasure before it. */
  readonly erased: string;
  /** It is stored, and may be only for its events to be made. */
  readonly isStored?: boolean;
}

/** Stores slates, and queues their events, as far as consent allows; again where an answer to come may allow more. */
export class SlateSaver {
  readonly #options: SlateSaverOptions;

  constructor(options: SlateSaverOptions) {
    this.#options = options;
  }

  async save(made: MadeSlate): Promise<void> {
    const { settings, held, use, onQueued } = this.#options;
    const { consents } = settings;
    const isStored = consents.stores;
    if (consents.awaits('measurement') || (!isStored && consents.awaits('personalisation')))
      held.add(() => this.save({ ...made, isStored: made.isStored || isStored }));
    // storing it again forgets what was shown and clicked, which the acts that are told now tell again
    if (!isStored || (made.isStored && !consents.tells)) return;
    await use(async (storage) => {
      const { composed, at, erased } = made;
      if (erased !== settings.erasures.stamp) return;
      const { slate, ranked } = composed;
      const { eventsUrl, unitId } = settings;
      // what somebody tries out is nobody's visit: of such a slate nothing is told
      const egress = slate.overridden ? 'none' : settings.egress;
      // both transactions are opened at once: what the visitor does next comes after them
      const saved = saveSlate(storage, slate, egress);
      // without a collector nothing would ever take them away; and a draft is no decision that could be made again
      if (egress !== 'training' || eventsUrl === null || slate.otherModelId) return saved;
      const record = { slate, log: createSlateLog(composed), ranking: ranked.ranking, at, unitId };
      const [queued] = await Promise.all([queueSlate(storage, record, settings), saved]);
      if (erased === settings.erasures.stamp) onQueued(queued);
    });
  }
}
