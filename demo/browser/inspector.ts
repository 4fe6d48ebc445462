import type { DeliveryReport, DeviceExport, Kit, Problem, Signal, Slate } from 'nearside';
import { createElement } from './element.ts';
import { countText, renderSignals } from './inspector-signals.ts';
import { renderSlate } from './inspector-slate.ts';
import { type InspectorState, renderState } from './inspector-state.ts';

const SIGNALS_READ = 200;
const AGE_TICK_MS = 1000;
const OPEN_KEY = 'nearside-demo:inspector';

/** Everything the panel has heard so far; what is missing has not happened yet. */
type Heard = { -readonly [K in keyof InspectorState]: InspectorState[K] } & {
  signals: readonly Signal[];
  readonly slates: Map<string, Slate>;
};

/** The panel at the bottom of each page: what the kit knows, decided and sent. Text goes in as text only. */
export function startInspector(kit: Kit): void {
  const summary = createElement('summary', {}, 'Inspector');
  const body = createElement('div', { class: 'inspector-body' });
  // English on every page, whichever way that one runs
  const panel = createElement(
    'details',
    { class: 'inspector', id: 'inspector', lang: 'en', dir: 'ltr' },
    summary,
    body,
  );
  document.body.append(panel);
  const heard: Heard = { consent: kit.consent(), level: kit.level(), signals: [], slates: new Map() };
  // the buttons are never drawn again: they would lose the focus once a second
  const facts = createElement('div', {});
  const rest = createElement('div', { class: 'inspector-rest' });
  body.append(createElement('section', {}, facts, renderButtons(kit)), rest);
  const draw = (): void => {
    summary.replaceChildren('Inspector', ...renderBadges(heard));
    if (!panel.open) return;
    const shelves = [...heard.slates.values()].map(renderSlate);
    facts.replaceChildren(renderState(heard));
    const slates = createElement('div', { class: 'slates' }, ...shelves);
    rest.replaceChildren(renderSignals(heard.signals, Date.now()), slates);
  };
  listen(kit, heard, draw);
  startClock(panel, draw);
}

function listen(kit: Kit, heard: Heard, draw: () => void): void {
  const hear = (news: Partial<InspectorState>): void => {
    Object.assign(heard, news);
    draw();
  };
  const readSignals = async (): Promise<void> => {
    heard.signals = await kit.signals(SIGNALS_READ);
    draw();
  };
  kit.onSlate((slate) => {
    heard.slates.set(slate.placement, slate);
    hear({ slate });
  });
  kit.onConsent((consent) => {
    hear({ consent, level: kit.level() });
    void readSignals();
  });
  kit.onSignal(() => void readSignals());
  kit.onProblem((problem) => hear({ problem }));
  kit.onDelivery((delivery: DeliveryReport) => hear({ delivery }));
  void kit.ready().then((ready) => hear({ ready }));
  void readSignals();
}

/** Redraws the ages once a second while the panel is open; open or closed is kept over the pages of the tab. */
function startClock(panel: HTMLDetailsElement, draw: () => void): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  panel.addEventListener('toggle', () => {
    sessionStorage.setItem(OPEN_KEY, panel.open ? 'open' : '');
    clearInterval(timer);
    if (panel.open) timer = setInterval(draw, AGE_TICK_MS);
    draw();
  });
  panel.open = sessionStorage.getItem(OPEN_KEY) === 'open';
}

function renderBadges({ slate, signals }: Heard): HTMLElement[] {
  const count =
    signals.length < SIGNALS_READ ? countText(signals.length, 'signal') : `${String(SIGNALS_READ)}+ signals`;
  const tier = slate && createElement('span', { class: 'badge', 'data-tier': slate.tier }, slate.tier);
  return [...(tier ? [tier] : []), createElement('span', { class: 'badge-quiet' }, count)];
}

function renderButtons(kit: Kit): HTMLElement {
  const forget = createElement('button', { type: 'button', class: 'button-quiet', 'data-forget': '' }, 'Forget me');
  forget.addEventListener('click', () => void kit.erase().then(() => location.reload()));
  const send = createElement('button', { type: 'button', class: 'button-quiet', 'data-flush': '' }, 'Send now');
  send.addEventListener('click', () => void kit.flush());
  const take = createElement('button', { type: 'button', class: 'button-quiet', 'data-export': '' }, 'Export my data');
  take.addEventListener('click', () => void kit.export().then(download));
  return createElement('p', { class: 'inspector-buttons' }, forget, take, send);
}

/** A problem too: it says what to do. */
function download(content: DeviceExport | Problem): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' }));
  createElement('a', { href: url, download: 'nearside-my-data.json' }).click();
  URL.revokeObjectURL(url);
}
