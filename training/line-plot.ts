/** One line of a plot; `dashed` sets a second kind apart without colour. */
export interface Line {
  readonly name: string;
  /** A class of the palette, from 0. */
  readonly hue: number;
  readonly dashed: boolean;
  readonly values: readonly number[];
}

export interface LinePlot {
  readonly title: string;
  /** Read out instead of the picture. */
  readonly description: string;
  readonly xTitle: string;
  readonly yTitle: string;
  /** Names of the places along x, evenly spaced. */
  readonly ticks: readonly string[];
  readonly lines: readonly Line[];
}

const [WIDTH, HEIGHT] = [760, 420];
const BOX = { left: 64, right: 560, top: 48, bottom: 356 };
const LABEL_GAP = 16;

/** Okabe & Ito (2008): told apart by colour-blind readers; a lighter set for dark pages. */
const LIGHT = ['#0072b2', '#d55e00', '#009e73', '#6b6b6b'];
const DARK = ['#56b4e9', '#f0904a', '#3fce9f', '#b0b0b0'];

const hues = (colours: readonly string[]): string =>
  colours.map((colour, hue) => `.h${String(hue)}{stroke:${colour}}.t${String(hue)}{fill:${colour}}`).join('');

const STYLE =
  'text{font:13px system-ui,sans-serif;fill:#222}.title{font-size:15px;font-weight:600}.line{fill:none;stroke-width:2}' +
  `.dash{stroke-dasharray:6 4}.grid{stroke:#ddd}.paper{fill:#fff}${hues(LIGHT)}` +
  `@media (prefers-color-scheme:dark){text{fill:#eee}.grid{stroke:#444}.paper{fill:#16181d}${hues(DARK)}}`;

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const round = (value: number): string => String(Math.round(value * 10) / 10);

/** A standalone SVG, readable on light and dark pages. Values are 0 or more; the y axis starts at 0. */
export function renderLinePlot({ title, description, xTitle, yTitle, ticks, lines }: LinePlot): string {
  const { step, top } = scaleOf(Math.max(...lines.flatMap(({ values }) => values), 0));
  const x = (i: number): number => BOX.left + 20 + (i * (BOX.right - BOX.left - 40)) / Math.max(1, ticks.length - 1);
  const y = (value: number): number => BOX.bottom - (value / top) * (BOX.bottom - BOX.top);
  const steps = Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step);
  const middle = (BOX.top + BOX.bottom) / 2;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="t d">`,
    `<title id="t">${escape(title)}</title><desc id="d">${escape(description)}</desc><style>${STYLE}</style>`,
    `<rect class="paper" width="${WIDTH}" height="${HEIGHT}"/>`,
    `<text class="title" x="${BOX.left}" y="28">${escape(title)}</text>`,
    ...steps.map(
      (value) =>
        `<path class="grid" d="M${BOX.left} ${round(y(value))}H${BOX.right}"/>` +
        `<text x="${BOX.left - 8}" y="${round(y(value) + 4)}" text-anchor="end">${value.toFixed(2)}</text>`,
    ),
    ...ticks.map(
      (tick, i) => `<text x="${round(x(i))}" y="${BOX.bottom + 22}" text-anchor="middle">${escape(tick)}</text>`,
    ),
    `<text x="${(BOX.left + BOX.right) / 2}" y="${BOX.bottom + 46}" text-anchor="middle">${escape(xTitle)}</text>`,
    `<text transform="translate(18 ${middle}) rotate(-90)" text-anchor="middle">${escape(yTitle)}</text>`,
    ...lines.map((line) => drawLine(line, x, y)),
    ...labels(lines, y),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

/** A round step that gives four to eight of them, and the first of its multiples above the highest value. */
function scaleOf(highest: number): { step: number; top: number } {
  const step = [0.01, 0.02, 0.05, 0.1, 0.2].find((size) => highest / size <= 8) ?? 0.2;
  return { step, top: Math.max(1, Math.ceil(highest / step)) * step };
}

function drawLine({ hue, dashed, values }: Line, x: (i: number) => number, y: (value: number) => number): string {
  const points = values.map((value, i) => `${round(x(i))} ${round(y(value))}`);
  const dots = values.map(
    (value, i) => `<circle class="t${String(hue)}" cx="${round(x(i))}" cy="${round(y(value))}" r="3"/>`,
  );
  return `<path class="line h${String(hue)}${dashed ? ' dash' : ''}" d="M${points.join('L')}"/>${dots.join('')}`;
}

/** Names beside the lines' ends, moved apart where they would touch. */
function labels(lines: readonly Line[], y: (value: number) => number): string[] {
  const places = lines
    .map(({ name, hue, values }) => ({ name, hue, at: y(values.at(-1) ?? 0) + 4 }))
    .sort((a, b) => a.at - b.at);
  for (let i = 1; i < places.length; i++) places[i].at = Math.max(places[i].at, places[i - 1].at + LABEL_GAP);
  // a crowd at the foot is pushed up again
  let limit = BOX.bottom + 4;
  for (let i = places.length - 1; i >= 0; i--, limit -= LABEL_GAP) places[i].at = Math.min(places[i].at, limit);
  return places.map(
    ({ name, hue, at }) => `<text class="t${String(hue)}" x="${BOX.right + 8}" y="${round(at)}">${escape(name)}</text>`,
  );
}
