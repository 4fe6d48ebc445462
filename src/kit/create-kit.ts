import { startRanker } from './start-ranker.ts';
import type { PageNotes } from '../core/page-notes.ts';
import { type Problem, createProblem } from '../core/problem.ts';
import { ScopedStorage } from '../store/scoped-storage.ts';
import { createEmitter } from './emitter.ts';
import { ExperimentsPort } from './experiments-port.ts';
import { LocalKit } from './local-kit.ts';
import { type Settings, createSettings } from './settings.ts';
import type { Kit, KitOptions } from './types.ts';

/**
 * Starts a kit: opens storage, fetches the bundle and starts the ranker's worker. Throws a TypeError for a wrong
 * option; everything else that fails becomes a problem and a lower tier. `close` ends what it started.
 */
export function createKit(options: KitOptions = {}): Kit {
  const settings = createSettings(options);
  const problems = createEmitter<Problem>();
  const ending = new AbortController();
  const closed = ending.signal;
  const reported = new Set<string>();
  const onProblem = (problem: Problem): void => {
    reported.add(keyOf(problem));
    // a page that listens does so after this call; and after the end nobody wants to hear
    queueMicrotask(() => {
      if (!closed.aborted) problems.emit(problem);
    });
  };
  const { storage, opened } = startStorage(settings, onProblem);
  const { bundleUrl, maxTier } = settings;
  const experiments = new ExperimentsPort({ settings, opened, closed, onProblem });
  const url = bundleUrl === null || maxTier === 'server' ? null : experiments.bundleUrl(bundleUrl);
  const notes: PageNotes = { slates: [], problems: [] };
  const page = { notes, kit: (): Kit => kit };
  const ranker = startRanker({ settings, opened, closed, onProblem, url, maxTier, page });
  const reportOnce = (problem: Problem): void => {
    if (!reported.has(keyOf(problem))) onProblem(problem);
  };
  const kit = new LocalKit({
    settings,
    storage,
    opened,
    ...ranker,
    experiments,
    closed,
    problems,
    notes,
    reportOnce,
    end: () => ending.abort(),
  });
  return kit;
}

function startStorage(settings: Settings, onProblem: (problem: Problem) => void) {
  const { consents, erasures, storageName: name } = settings;
  if (consents.problem) onProblem(consents.problem);
  const storage = new ScopedStorage({ name, environment: settings, onProblem, erasures });
  storage.keep(consents.scope()).catch((error: unknown) => {
    onProblem(createProblem('storage_failed', `what consent does not allow could not be deleted: ${String(error)}`));
  });
  return { storage, opened: storage.opened };
}

const keyOf = ({ code, message }: Problem): string => `${code} ${message}`;
