import { vi } from 'vitest';

interface Observer {
  observe: (...given: unknown[]) => void;
  disconnect: () => void;
}

/** Counts the listeners that window and document hold from now on; undone by `vi.restoreAllMocks`. */
export function countListeners(): () => number {
  const live = new Set<unknown>();
  for (const target of [window, document] as EventTarget[]) {
    const add = target.addEventListener.bind(target);
    const remove = target.removeEventListener.bind(target);
    vi.spyOn(target, 'addEventListener').mockImplementation((...given) => {
      add(...given);
      live.add(given[1]);
      if (typeof given[2] === 'object') given[2].signal?.addEventListener('abort', () => live.delete(given[1]));
    });
    vi.spyOn(target, 'removeEventListener').mockImplementation((...given) => {
      remove(...given);
      live.delete(given[1]);
    });
  }
  return () => live.size;
}

/** Counts the observers that run, of every kind; undone by `vi.restoreAllMocks`. */
export function countObservers(): () => number[] {
  const kinds = [IntersectionObserver, MutationObserver, ResizeObserver].map((kind) => {
    const running = new Set<Observer>();
    const prototype = kind.prototype as unknown as Observer;
    const { observe, disconnect } = prototype;
    vi.spyOn(prototype, 'observe').mockImplementation(function (this: Observer, ...given) {
      running.add(this);
      observe.apply(this, given);
    });
    vi.spyOn(prototype, 'disconnect').mockImplementation(function (this: Observer) {
      running.delete(this);
      disconnect.apply(this);
    });
    return running;
  });
  return () => kinds.map((running) => running.size);
}
