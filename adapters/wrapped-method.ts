import type { Unsubscribe } from '../src/kit/types.ts';

type Method = (...args: unknown[]) => unknown;

/**
 * Calls `after` with the arguments of every call of a method, when the method has returned; callers notice nothing. Null
 * where it cannot be replaced. What ends it puts the method back as it was, unless somebody has replaced it since: then
 * what stands between only hands on.
 */
export function wrapMethod(
  target: object,
  name: string,
  after: (args: readonly unknown[]) => void,
): Unsubscribe | null {
  const before = Object.getOwnPropertyDescriptor(target, name);
  const original: unknown = Reflect.get(target, name);
  if (typeof original !== 'function') return null;
  let isLive = true;
  // a proxy, as the function may have properties of its own
  const wrapper = new Proxy(original as Method, {
    apply(method, self, args: unknown[]) {
      const answer: unknown = Reflect.apply(method, self, args);
      if (isLive) after(args);
      return answer;
    },
  });
  if (!Reflect.set(target, name, wrapper)) return null;
  return () => {
    isLive = false;
    if (Reflect.get(target, name) !== wrapper) return;
    if (before) Object.defineProperty(target, name, before);
    else Reflect.deleteProperty(target, name);
  };
}
