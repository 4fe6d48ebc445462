/** The kit's worker, in hands that can end it. */
export interface RiggedWorkers {
  readonly create: () => Worker;
  /** Ends the newest worker as a crash would: the kit is not told. */
  end(): void;
  /** On this page. */
  readonly started: number;
  readonly ended: number;
}

export function createRiggedWorkers(url: string): RiggedWorkers {
  let newest: Worker | null = null;
  let [started, ended] = [0, 0];
  return {
    create: () => {
      newest = new Worker(url, { type: 'module' });
      started++;
      return newest;
    },
    end: () => {
      if (newest === null) return;
      newest.terminate();
      newest = null;
      ended++;
    },
    get started() {
      return started;
    },
    get ended() {
      return ended;
    },
  };
}
