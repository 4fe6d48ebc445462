import type { Unsubscribe } from './types.ts';

export interface Emitter<T> {
  emit(value: T): void;
  on(listener: (value: T) => void): Unsubscribe;
  clear(): void;
}

/** Listeners of one kind. A listener that throws is reported as the page's own error and hinders nobody else. */
export function createEmitter<T>(): Emitter<T> {
  // wrapped, so that one function may listen twice
  const listeners = new Set<{ readonly call: (value: T) => void }>();
  return {
    emit: (value) => {
      for (const { call } of [...listeners]) {
        try {
          call(value);
        } catch (error) {
          reportError(error);
        }
      }
    },
    on: (call) => {
      const listener = { call };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    clear: () => listeners.clear(),
  };
}
