import { type Problem, createProblem, isProblem } from '../core/problem.ts';
import { type Signal, type SignalInput, parseSignal } from '../core/signal.ts';
import { importSignals } from '../store/import-signals.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import type { MetItems } from './met-items.ts';
import { ERASED, refusalOf, storageFailed } from './recorder.ts';
import type { Settings } from './settings.ts';
import type { ImportResult } from './types.ts';

export interface ImportOptions {
  readonly settings: Settings;
  readonly opened: Promise<OpenedStorage>;
  readonly met: MetItems;
  /** Of the last erasure before the call. */
  readonly erased: string;
}

/** Checks a site's own history and stores what is right of it. Never rejects. */
export async function importHistory(given: unknown, options: ImportOptions): Promise<ImportResult> {
  const { settings, opened, met, erased } = options;
  if (!Array.isArray(given)) {
    return { imported: 0, problems: [createProblem('signal_invalid', 'signals not imported: it takes an array')] };
  }
  const { inputs, problems } = parseHistory(given);
  const draft = { inputs, itemOf: (itemId: string) => met.find(itemId), consent: settings.egress };
  try {
    const { storage } = await opened;
    if (erased !== settings.erasures.stamp) return { imported: 0, problems: [ERASED] };
    if (!settings.consents.isPersonal) return { imported: 0, problems: [refusalOf(settings.consents)] };
    return { imported: await importSignals(storage, draft, settings), problems };
  } catch (error) {
    return { imported: 0, problems: [...problems, storageFailed('the import', error)] };
  }
}

type PastInput = SignalInput & Pick<Signal, 'at'>;

function parseHistory(given: readonly unknown[]): { inputs: readonly PastInput[]; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const inputs: PastInput[] = [];
  for (const entry of given) {
    const parsed = parseSignal(entry);
    if (isProblem(parsed)) problems.push(parsed);
    else if (parsed.at === undefined) {
      problems.push(createProblem('signal_invalid', 'signal not imported: it needs its time "at"'));
    } else inputs.push({ ...parsed, at: parsed.at });
  }
  return { inputs: inputs.sort((a, b) => a.at - b.at), problems };
}
