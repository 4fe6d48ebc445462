import { render } from 'lit/html.js';
import { AskedReasons } from './asked-reasons.ts';
import { type DrawerState, type TabName, keepDrawerState, readDrawerState } from './drawer-state.ts';
import { renderAll } from './drawer-view.ts';
import { type HelpState, keepHelpState, readHelpState } from './help.ts';
import type { Inspected } from './inspected.ts';
import { ItemTitles } from './item-titles.ts';
import type { SlatesView } from './slates-tab.ts';

const AGE_TICK_MS = 1000;
/** Read of the device while nobody asks for more. */
const SIGNALS_READ = 300;
const MORE_ROWS = 100;
/** Room for the page beside the drawer; as in inspector.css. */
const ROOMY = '(min-width: 64rem)';

/** The drawer of each page: what the kit knows, decided and sent, and what can be made to go wrong. */
export class Drawer {
  readonly #inspected: Inspected;
  readonly #root = document.createElement('div');
  readonly #reasons: AskedReasons;
  readonly #titles = new ItemTitles();
  readonly #open = new Set<string>();
  readonly #more = new Map<string, number>();
  readonly #scrolled = new Map<TabName, number>();
  #state: DrawerState = readDrawerState(sessionStorage);
  #help: HelpState;
  #isDrawing = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** What had the focus before a key opened the drawer. */
  #before: HTMLElement | null = null;

  constructor(inspected: Inspected) {
    this.#inspected = inspected;
    const { kit, observation, sent, progress, switches } = inspected;
    this.#reasons = new AskedReasons(kit, progress, this.#draw);
    const isShown = switches.settings.help !== 'none';
    this.#help = isShown ? readHelpState(localStorage, isRoomy()) : 'gone';
    // English on every page, whichever way that one runs
    Object.assign(this.#root, { className: 'inspector-root', lang: 'en', dir: 'ltr' });
    document.body.append(this.#root);
    for (const source of [observation, sent, progress]) source.onChange(this.#draw);
    window.addEventListener('focus', () => observation.read());
    document.addEventListener('keydown', this.#onKey);
    const { focus, ...state } = this.#state;
    this.#change(state);
    if (focus !== undefined) document.getElementById(focus)?.focus();
  }

  /** Once for all that changes in one go. */
  readonly #draw = (): void => {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    queueMicrotask(() => {
      this.#isDrawing = false;
      this.#render();
    });
  };

  #render(): void {
    for (const { slate } of this.#inspected.observation.now.slates.values()) this.#titles.learn(slate);
    const all = renderAll({
      ...{ view: this.#view(), state: this.#state, help: this.#help, signalsRead: this.#signalsRead },
      ...{ onToggle: this.#onToggle, onPick: this.#pick, onHelp: this.#changeHelp },
    });
    render(all, this.#root);
  }

  #view = (): SlatesView => ({
    ...this.#inspected,
    ...{ reasons: this.#reasons, titles: this.#titles, redraw: this.#draw, show: this.#show },
    limit: (list, first) => first + (this.#more.get(list) ?? 0),
    showMore: (list) => {
      this.#more.set(list, (this.#more.get(list) ?? 0) + MORE_ROWS);
      this.#change({});
    },
    isOpen: (part) => this.#open.has(part),
    setOpen: (part, isOpen) => {
      if (isOpen) this.#open.add(part);
      else this.#open.delete(part);
      this.#draw();
    },
    reload: (focus) => {
      keepDrawerState({ ...this.#state, focus }, sessionStorage);
      location.reload();
    },
  });

  get #signalsRead(): number {
    return SIGNALS_READ + (this.#more.get('signals') ?? 0);
  }

  /** Everything follows the state: what is read, what ticks, where the page has its room. */
  #change(change: Partial<DrawerState>): void {
    this.#state = { ...this.#state, ...change };
    const { isOpen, tab } = this.#state;
    keepDrawerState({ isOpen, tab }, sessionStorage);
    document.documentElement.dataset['inspector'] = isOpen ? 'open' : 'closed';
    const stored = isOpen && (tab === 'left' || tab === 'outbox');
    this.#inspected.observation.want({ signals: this.#signalsRead, stored });
    clearInterval(this.#timer);
    this.#timer = isOpen ? setInterval(this.#draw, AGE_TICK_MS) : undefined;
    this.#render();
  }

  readonly #onToggle = ({ currentTarget }: Event): void => {
    const { open: isOpen } = currentTarget as HTMLDetailsElement;
    if (isOpen !== this.#state.isOpen) this.#change({ isOpen });
  };

  readonly #pick = (tab: TabName): void => {
    const panel = (): Element | null => this.#root.querySelector('.panel');
    this.#scrolled.set(this.#state.tab, panel()?.scrollTop ?? 0);
    this.#change({ tab });
    panel()?.scrollTo({ top: this.#scrolled.get(tab) ?? 0 });
  };

  readonly #show = (tab: TabName, focus = `tab-${tab}`): void => {
    if (this.#help === 'open' && !isRoomy()) this.#changeHelp('small');
    this.#change({ isOpen: true });
    this.#pick(tab);
    document.getElementById(focus)?.focus();
  };

  readonly #changeHelp = (help: HelpState): void => {
    this.#help = help;
    keepHelpState(help, localStorage);
    this.#render();
    if (help === 'gone') this.#root.querySelector('summary')?.focus();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const focused = document.activeElement as HTMLElement | null;
    const isInside = this.#root.querySelector('.inspector')?.contains(focused) ?? false;
    const { isOpen } = this.#state;
    if (event.altKey && event.code === 'KeyI') {
      event.preventDefault();
      if (!isOpen) this.#before = focused;
      this.#turn(!isOpen);
    } else if (event.key === 'Escape' && isOpen && isInside) this.#turn(false);
  };

  /** With the focus where one would look for it. */
  #turn(isOpen: boolean): void {
    this.#change({ isOpen });
    const before = isOpen ? null : this.#before;
    this.#before = isOpen ? this.#before : null;
    const back = before?.isConnected ? before : this.#root.querySelector('summary');
    back?.focus();
  }
}

const isRoomy = (): boolean => matchMedia(ROOMY).matches;
