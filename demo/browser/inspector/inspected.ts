import type { Kit } from 'nearside';
import type { Observation } from '../observation.ts';
import type { Progress } from '../progress.ts';
import type { RiggedWorkers } from '../rigged-worker.ts';
import type { SentLog } from '../sent-log.ts';
import type { Switches } from '../switches.ts';
import type { TabName } from './drawer-state.ts';

/** The parts of a page that the inspector shows and acts on. */
export interface Inspected {
  readonly kit: Kit;
  readonly observation: Observation;
  readonly switches: Switches;
  readonly sent: SentLog;
  readonly workers: RiggedWorkers;
  readonly progress: Progress;
  /** Epoch ms, as the kit has it. */
  readonly clock: () => number;
  /** Whether the browser itself asks for Global Privacy Control. */
  readonly isPrivate: boolean;
  /** Has every shelf of the page ranked again. */
  readonly rankAgain: () => void;
}

/** What a tab is drawn with and may ask for. */
export interface View extends Inspected {
  /** How many rows of a list to show. */
  limit(list: string, first: number): number;
  showMore(list: string): void;
  /** Whether somebody has opened this part. */
  isOpen(part: string): boolean;
  setOpen(part: string, isOpen: boolean): void;
  readonly redraw: () => void;
  /** Loads the page again; the control of this id has the focus afterwards. */
  readonly reload: (focus: string) => void;
  readonly show: (tab: TabName, focus?: string) => void;
}
