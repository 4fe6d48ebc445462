import { DARK, LIGHT, PRINT, propertiesOf } from './palette.ts';

const BASE = `
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:break-word}
.frame{max-width:76rem;margin:0 auto;padding:1rem clamp(.75rem,3vw,2rem) 3rem}
h1,h2,h3,p,ul,dl,dd,figure{margin:0;padding:0}
ul{list-style:none}
h1{font-size:1.5rem;line-height:1.25;overflow-wrap:anywhere}
h2{font-size:1.25rem;line-height:1.3;margin-block-end:.5rem}
h3{font-size:1rem;line-height:1.4}
a{color:var(--link)}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
time{white-space:nowrap}
code{font-family:ui-monospace,monospace;font-size:.9em;overflow-wrap:anywhere}
.quiet{color:var(--quiet);font-weight:400}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.top{margin-block-end:1rem}
.top p{color:var(--quiet)}
.card{background:var(--card);border:1px solid var(--rule);border-radius:.75rem;padding:1rem clamp(.875rem,2.5vw,1.5rem) 1.25rem;margin-block-end:1rem}
.card>p:not(.caption)+*,.card>ul+*,.card>.scroll+*{margin-block-start:.75rem}
.card>p{max-width:70ch}
.axis-row p{font-size:.875rem}
`;

const VERDICT = `
.verdict{display:flex;gap:1rem;align-items:center;border-width:2px;border-color:currentcolor}
.verdict.good{color:var(--good)}.verdict.bad{color:var(--bad)}.verdict.wait{color:var(--wait)}
.verdict p{color:var(--ink);font-size:clamp(1.125rem,2.2vw,1.375rem);line-height:1.45;min-width:0;max-width:62ch;overflow-wrap:anywhere}
.verdict strong{font-size:1.35em;line-height:1.1}
.verdict .icon{width:3rem;height:3rem}
.icon{flex:none;vertical-align:-.3em;width:1.25em;height:1.25em}
.icon.good{fill:var(--good)}.icon.bad{fill:var(--bad)}.icon.wait,.icon.note{fill:var(--wait)}
.icon .glyph{fill:none;stroke:var(--card);stroke-width:3;stroke-linecap:round;stroke-linejoin:round}
.state{font-weight:600}
.state.good{color:var(--good)}.state.bad{color:var(--bad)}.state.wait{color:var(--wait)}
.findings li{display:flex;gap:.75rem;padding-block:.75rem;border-block-start:1px solid var(--rule)}
.findings li:first-child{border:0;padding-block-start:.25rem}
.findings .icon{width:1.5rem;height:1.5rem}
.findings li:last-child{padding-block-end:0}
.findings div{min-width:0;max-width:75ch}
.findings p{margin-block-start:.25rem;overflow-wrap:anywhere}
`;

const CHART = `
.chart>li{padding-block:.5rem}
.chart>li+li{border-block-start:1px solid var(--rule)}
.chart>.axis-row{border:0;padding-block:0}
.row{display:grid;grid-template-columns:12rem minmax(0,1fr) 19rem;gap:.25rem 1.25rem;align-items:center;padding-block:.25rem}
.row-name bdi{font-weight:600;overflow-wrap:anywhere}
.row-name .state{display:block}
.row-wide{grid-column:2/-1}
.row-text{font-size:.9375rem;font-variant-numeric:tabular-nums}
svg{display:block;overflow:visible}
.icon{display:inline-block}
.strip{overflow:hidden}
.grid{stroke:var(--rule)}
.zero{stroke:var(--ink);stroke-width:1.5}
.band{fill:var(--band)}
.line{stroke:var(--ink);stroke-width:2.5}
.point{fill:var(--ink);stroke:var(--card);stroke-width:1.5}
.arrow{fill:var(--ink)}
.mark{stroke-width:2.5}
.casing{stroke:var(--card);stroke-width:6}
.margin{stroke:var(--bad);stroke-dasharray:6 3}
.smallest{stroke:var(--ink);stroke-dasharray:2 3}
.lost{fill:none;stroke:var(--quiet);stroke-width:1.5;stroke-dasharray:4 3}
.axis text,.months text{fill:var(--quiet);font-size:12px}
figure{margin-block:1rem}
figcaption{font-weight:600;margin-block-end:1rem}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;color:var(--quiet);font-size:.875rem}
.legend li{display:flex;gap:.5rem;align-items:center}
.legend svg{flex:none}
`;

const TABLE = `
.scroll{overflow-x:auto;position:relative}
table{border-collapse:collapse;width:100%;font-size:.9375rem;font-variant-numeric:tabular-nums}
.caption{font-weight:600;margin-block:.75rem .25rem}
h2+.caption{margin-block-start:0}
th,td{padding:.4375rem .5625rem;text-align:start;vertical-align:top;border-block-end:1px solid var(--rule)}
th:first-child,td:first-child{padding-inline-start:0}
thead th{color:var(--quiet);font-weight:600;vertical-align:bottom;white-space:nowrap}
tbody th{font-weight:600;min-width:6rem}
[aria-labelledby^=metrics] tbody th{min-width:16.5rem}
tbody th .quiet{display:block;font-size:.8125rem}
td{white-space:nowrap}
td .words{display:block;white-space:normal}
td .quiet{font-size:.8125rem}
td .strip,th .axis{width:9rem}
.notes{list-style:disc;padding-inline-start:1.25rem;max-width:75ch}
.notes li+li{margin-block-start:.25rem}
.notes .icon{margin-inline-end:.125em}
dl div{display:grid;grid-template-columns:20rem minmax(0,1fr);gap:0 1.25rem;padding-block:.375rem;border-block-start:1px solid var(--rule)}
dl div:first-child{border:0}
dt{color:var(--quiet)}
dd{overflow-wrap:anywhere}
.list>li{padding-block:.75rem;border-block-start:1px solid var(--rule)}
.list>li:first-child{border:0;padding-block-start:0}
.list>li:last-child{padding-block-end:0}
.list a{font-size:1.125rem;font-weight:600;overflow-wrap:anywhere}
pre{background:var(--page);border:1px solid var(--rule);border-radius:.5rem;padding:.75rem;margin:.75rem 0;white-space:pre-wrap;overflow-wrap:anywhere}
.foot{color:var(--quiet);display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}
`;

const NARROW = `@media screen and (max-width:52rem){
.row{grid-template-columns:minmax(0,1fr)}
.row-name .state{display:inline}
.row-wide{grid-column:1}
.axis-row>span{display:none}
[aria-labelledby^=metrics] tbody th{min-width:9.5rem}
dl div{grid-template-columns:minmax(0,1fr)}
.verdict{gap:.75rem}.verdict .icon{width:2.25rem;height:2.25rem}
}`;

const ON_PAPER = `@media print{
@page{margin:15mm}
html{font-size:10pt}
.frame{max-width:none;padding:0}
.card{border:0;border-block-start:1px solid var(--rule);border-radius:0;padding:.75rem 0;margin:0;break-inside:avoid}
.card.long{break-inside:auto}
.verdict{border:2px solid var(--ink);padding:.75rem 1rem;margin-block-end:1rem}
h2,h3,figcaption{break-after:avoid}
li,tr,figure,dl div{break-inside:avoid}
thead{display:table-header-group}
.row{grid-template-columns:9rem minmax(0,1fr) 18rem}
.row-name .state{display:block}
.scroll{overflow:visible}
table{font-size:8pt}
th,td{padding:.25rem .5rem .25rem 0}
thead th{white-space:normal}
tbody th,[aria-labelledby^=metrics] tbody th{min-width:0}
td{white-space:normal}
td .strip{width:7rem}
th .axis{display:none}
.band,.icon,.point,.arrow{-webkit-print-color-adjust:exact;print-color-adjust:exact}
a{text-decoration:none}
nav,.foot a{display:none}
}`;

/** The one style sheet of all pages, in one piece: its hash is what the policy lets through. */
export const STYLE = [
  `:root{color-scheme:light dark;${propertiesOf(LIGHT)}}`,
  `@media (prefers-color-scheme:dark){:root{${propertiesOf(DARK)}}}`,
  '@media (forced-colors:active){:root{--ink:CanvasText;--quiet:CanvasText;--card:Canvas;--page:Canvas;--band:GrayText}}',
  // paper is white whatever the screen is
  `@media print{:root{color-scheme:light;${propertiesOf(PRINT)}}}`,
  ...[BASE, VERDICT, CHART, TABLE, NARROW, ON_PAPER],
]
  .map((part) => part.replaceAll('\n', ''))
  .join('\n');
