import { WATCH_PATH, type Watched, type WatchedScript } from './home-watch.ts';
import type { Task } from './task-trace.ts';

/** From here on a task is long: https://w3c.github.io/longtasks/ */
export const LONG_MS = 50;

/** What a page has noted of itself, and the long tasks of its main thread. */
export interface LoadedPage extends Watched {
  readonly tasks: readonly Task[];
}

/** A long task of one load or of several. */
export interface LongTask {
  /** Placement of the slate that was made in it or next; null after the last. */
  readonly slate: string | null;
  /** File of the script that took longest in it, without its hash; empty where it has none, null for the browser's work. */
  readonly script: string | null;
  /** Where that script was entered: a function's name and its place in the file, or what called it. */
  readonly entry: string | null;
  /** Each time that it came: of the thread's work, and of that styles and layout. */
  readonly cpuMs: readonly number[];
  readonly layoutMs: readonly number[];
}

/** Every script of the page is the kit's, its components' or the demo's that runs them, but for the bench's own. */
const isOurs = ({ script }: LongTask): boolean => script !== null && script !== WATCH_PATH;

/** How often a task of ours was long in a load. */
export const countOurs = (load: LoadedPage): number =>
  nameLongTasks([load])
    .filter(isOurs)
    .reduce((sum, { cpuMs }) => sum + cpuMs.length, 0);

/** Long tasks of several loads of a page; the same one in two loads is one. */
export function nameLongTasks(loads: readonly LoadedPage[]): readonly LongTask[] {
  const byName = new Map<string, LongTask>();
  for (const load of loads) {
    for (const task of load.tasks) {
      const named = nameTask(task, load);
      const name = JSON.stringify([named.slate, named.script, named.entry]);
      const { cpuMs = [], layoutMs = [] } = byName.get(name) ?? {};
      byName.set(name, {
        ...named,
        cpuMs: [...cpuMs, Math.round(task.cpuMs)],
        layoutMs: [...layoutMs, Math.round(task.layoutMs)],
      });
    }
  }
  return [...byName.values()].sort((a, b) => Math.max(...b.cpuMs) - Math.max(...a.cpuMs));
}

function nameTask(task: Task, { scripts, slates }: Watched): Omit<LongTask, 'cpuMs' | 'layoutMs'> {
  const [longest] = scripts
    .filter((script) => overlap(script, task) > 0)
    .sort((a, b) => overlap(b, task) - overlap(a, task));
  return {
    slate: slates.find(({ atMs }) => atMs >= task.startMs)?.placement ?? null,
    script: longest ? longest.path.replace(/-[\w-]{6}(?=\.js$)/, '') : null,
    entry: longest?.entry.replace(/^http:.*\//, '') ?? null,
  };
}

const overlap = ({ startMs, durationMs }: WatchedScript, task: Task): number =>
  Math.min(startMs + durationMs, task.endMs) - Math.max(startMs, task.startMs);
