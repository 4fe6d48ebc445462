import { openLog } from './log.ts';
import { type ReportQueue, createReportQueue } from './report-queue.ts';
import { readDeclaredSets } from './report/declared-sets.ts';
import { createReport } from './report/report.ts';
import { type ListedExperiment, listExperiments } from './report-page/listed-experiment.ts';

/** Where reports over one log are asked for. */
export interface ReportDesk extends ReportQueue {
  /** All that was declared by now. Throws where the log cannot be read. */
  readonly list: () => readonly ListedExperiment[];
}

/** Reports over the log in a file, which is opened for each anew, beside whoever writes it. */
export function openReportDesk(file: string, clock: () => number = Date.now): ReportDesk {
  const queue = createReportQueue(async ({ experiment, phase, signal, onProgress }) => {
    const log = openLog(file);
    try {
      const sets = readDeclaredSets(file);
      return await createReport({ ...{ log, sets, experiment, phase, signal, onProgress }, now: clock() });
    } finally {
      log.close();
    }
  });
  return { ...queue, list: () => listExperiments(readDeclaredSets(file)) };
}
