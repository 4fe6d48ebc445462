import type { Unsubscribe } from '../src/kit/types.ts';
import { onConnectedKit } from './connect-kit.ts';
import { onMessages } from './messages.ts';

export interface CarouselListeners {
  readonly onClick: (event: MouseEvent) => void;
  readonly onPageShow: (event: PageTransitionEvent) => void;
  readonly onParsed: () => void;
  readonly onMutation: () => void;
  readonly onKit: () => void;
  readonly onMessages: () => void;
}

/** Everything that an element in a page listens to. Returns what ends it. */
export function listen(host: HTMLElement, listeners: CarouselListeners): Unsubscribe {
  const ends = new AbortController();
  const { signal } = ends;
  // Capturing: a site's own handler that stops the event must not hide a click.
  host.addEventListener('click', listeners.onClick, { capture: true, signal });
  host.addEventListener('auxclick', listeners.onClick, { capture: true, signal });
  window.addEventListener('pageshow', listeners.onPageShow, { signal });
  document.addEventListener('DOMContentLoaded', listeners.onParsed, { signal });
  const changes = new MutationObserver(listeners.onMutation);
  changes.observe(host, { childList: true, subtree: true });
  const stops = [onConnectedKit(listeners.onKit), onMessages(listeners.onMessages)];
  return () => {
    ends.abort();
    changes.disconnect();
    stops.forEach((stop) => stop());
  };
}
