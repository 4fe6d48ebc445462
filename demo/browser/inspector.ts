import type { Kit } from 'nearside';
import { connectKit } from 'nearside/define';
import { readDrawerState } from './inspector/drawer-state.ts';
import { Observation } from './observation.ts';
import { Progress } from './progress.ts';
import type { Rig } from './rig.ts';
import { watchSlates, withLag } from './watched-kit.ts';

/**
 * Listens from now on, and shows what it hears once the page itself is there. Answers the kit that the page is to use:
 * the same one, whose slates are timed.
 */
export function startInspector(own: Kit, rig: Rig): Kit {
  const { clock, switches } = rig;
  const observation = new Observation(own, clock);
  const progress = new Progress();
  const kit = watchSlates(own, {
    onMade: observation.noteMade,
    adjust: (list) => withLag(list, switches.settings, clock()),
  });
  void progress.track('Starting the engine (at the first visit it is fetched, 14 MB)', own.ready());
  const rankAgain = (): void => void connectKit(kit);
  void whenLoaded().then(async () => {
    const { Drawer } = await import('./inspector/drawer.ts');
    new Drawer({ ...rig, kit, observation, progress, rankAgain });
  });
  return kit;
}

/** The shop's own pictures and scripts come first, unless somebody has left the drawer open. */
const whenLoaded = (): Promise<void> =>
  new Promise((resolve) => {
    if (document.readyState === 'complete' || readDrawerState(sessionStorage).isOpen) resolve();
    else window.addEventListener('load', () => resolve(), { once: true });
  });
