import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../collector/index.ts';
import { FINDING_CODES } from '../../collector/report/finding.ts';
import { METRICS } from '../../collector/report/metrics.ts';
import { CONTENT_POLICY } from '../../collector/report-page/document.ts';
import { ADVICE } from '../../collector/report-page/finding-advice.ts';
import { valueText } from '../../collector/report-page/metric-text.ts';
import { amountText, countText, liftText, pText, percentText } from '../../collector/report/number-text.ts';
import { DARK, LIGHT, PRINT } from '../../collector/report-page/palette.ts';
import { renderReport } from '../../collector/report-page/report-page.ts';
import { createEvenScale, createScale } from '../../collector/report-page/scale.ts';
import { REPORTS, makeSmallReport } from './report-pages.ts';

type Name = keyof typeof REPORTS;

const reports = new Map<Name, Report>();
const pages = new Map<Name, string>();
beforeAll(async () => {
  for (const name of Object.keys(REPORTS) as Name[]) {
    const report = await REPORTS[name]();
    reports.set(name, report);
    pages.set(name, renderReport(report, { links: { index: '/reports', json: '/reports/x.json', phases: [] } }));
  }
}, 60_000);
const reportOf = (name: Name): Report => {
  const report = reports.get(name);
  if (report === undefined) throw new Error(`no report ${name}`);
  return report;
};
const pageOf = (name: Name): string => pages.get(name) ?? '';

const tagsOf = (page: string): string[] => page.match(/<\/?[a-z][a-z0-9]*/gi) ?? [];
/** What is read, entities and all. */
const textOf = (page: string): string => page.replace(/<style>.*?<\/style>/s, '').replace(/<[^>]*>/g, ' ');

describe('the page', () => {
  test('says first what to do, in a word, with a shape, and why', () => {
    for (const [name, word] of [
      ['ship', 'Ship'],
      ['stop', 'Stop'],
      ['open', 'Wait'],
      ['faulty', 'Wait'],
    ] as const) {
      const [, verdict = ''] = /(<section class="card verdict[^]*?<\/section>)/.exec(pageOf(name)) ?? [];
      expect(verdict).toContain(`<strong>${word}</strong>`);
      expect(verdict).toContain('<svg class="icon');
      expect(pageOf(name).indexOf('<section')).toBe(pageOf(name).indexOf(verdict));
      expect(verdict.match(new RegExp(word, 'g'))).toHaveLength(1);
    }
  });

  test('then what blocks, what warns, what decides, who was counted and the rest, and leaves out what has nothing to say', () => {
    const idsOf = (name: Name) => Array.from(pageOf(name).matchAll(/<h2 id="([a-z]+)"/g), ([, id]) => id);
    const common = ['verdict', 'effects', 'arms', 'metrics', 'declaration'];
    expect(idsOf('open')).toEqual([...common.slice(0, 4), 'attribution', 'declaration']);
    expect(idsOf('faulty').slice(0, 4)).toEqual(['verdict', 'blocking', 'effects', 'arms']);
    expect(idsOf('ship')).toEqual([
      ...['verdict', 'remarks', 'effects', 'arms', 'metrics', 'windows', 'attribution', 'declaration'],
    ]);
    expect(idsOf('interleaved')).toContain('interleaving');
    expect(idsOf('holdout')).toEqual(['verdict', 'effects', 'arms', 'months', 'metrics', 'declaration']);
    expect(idsOf('empty')).toEqual(common);
  });

  test('tells what slates foretold, where it lies apart from what came, and where it could not be told', async () => {
    const report = await makeSmallReport();
    const value = (mean: number) => ({ mean, low: mean - 0.1, high: mean + 0.1 });
    const predicted = { verdict: 'estimated', snips: value(1.1), dr: value(1), ess: 54321.4 };
    const none = { verdict: 'not observable', reason: 'the log keeps no vectors', snips: null, dr: null, ess: 0 };
    const offPolicy = [
      { arm: 'a', predicted, measured: value(1.15) },
      { arm: 'b', predicted, measured: value(2) },
      { arm: '<b>c', predicted: none, measured: null },
    ];
    const text = textOf(renderReport({ ...report, offPolicy }));
    for (const said of ['yes: the intervals meet', 'no: they lie apart', 'no estimate, the log keeps no vectors.'])
      expect(text.split(said)).toHaveLength(2);
    expect(text.split('54\u202f321')).toHaveLength(3);
    expect(renderReport({ ...report, offPolicy })).not.toContain('<b>c');
    expect(textOf(renderReport({ ...report, offPolicy: null }))).not.toContain('foretold');
    expect(textOf(renderReport({ ...report, loggedSlates: 7 }))).toContain('7 slates are logged');
  });

  test('gives every number as a text: no p of 0, nothing that is no number', () => {
    for (const page of pages.values()) {
      const text = textOf(page);
      expect(text).not.toMatch(/\bp\s0\b|NaN|Infinity|undefined|\bnull\b|\[object/);
      expect(page).not.toMatch(/="[^"]*(NaN|undefined|Infinity)[^"]*"/);
    }
    const { relative } = reportOf('ship').guardrails[0]?.comparisons[0]?.effect ?? {};
    expect(textOf(pageOf('ship'))).toContain(liftText(relative?.lift ?? 0));
  });

  test('tells why a metric cannot be seen or compared', () => {
    expect(textOf(pageOf('small'))).toContain('no event tells of it (conversions)');
    expect(textOf(pageOf('arms'))).toContain('an arm has fewer than 2 units');
    expect(textOf(pageOf('empty'))).toContain('Nobody has been exposed yet');
  });

  test('says what to do about every finding', () => {
    const report = reportOf('open');
    for (const code of FINDING_CODES) {
      const page = renderReport({ ...report, findings: [{ code, message: `made ${code}`, blocks: true }] });
      expect(ADVICE[code].todo.length).toBeGreaterThan(40);
      expect(page).toContain(ADVICE[code].title);
      expect(page).toContain(`Made ${code}.`);
      expect(textOf(page).replace(/\s+/g, ' ')).toContain(
        ADVICE[code].todo.split('`')[0]?.replaceAll('"', '&quot;').trim(),
      );
    }
    expect(Object.keys(ADVICE).toSorted()).toEqual([...FINDING_CODES].toSorted());
  });

  test('links to nothing in a file', () => {
    const page = renderReport(reportOf('ship'));
    expect(page).not.toContain('<a ');
    expect(page).not.toContain('<nav');
  });
});

describe('names from outside', () => {
  const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)>'&amp;</style></title>`;
  const KEEP = new Set([
    'code',
    'decision',
    'kind',
    'verdict',
    'role',
    'better',
    'guardrail',
    'insufficient',
    'window',
  ]);

  /** The same report with every text that is not one of ours replaced. */
  const withNames = (value: unknown, name: string, field = ''): unknown => {
    if (typeof value === 'string') return KEEP.has(field) || /^\d{4}-\d\d-\d\dT/.test(value) ? value : name;
    if (Array.isArray(value)) return value.map((one) => withNames(one, name, field));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [
        key,
        key === 'verdict' && typeof one === 'string' ? one : withNames(one, name, key === 'verdict' ? '' : key),
      ]),
    );
  };

  test('stay texts wherever they stand', () => {
    for (const name of reports.keys()) {
      const links = (text: string) => ({ index: text, json: text, phases: [{ phase: 1, href: text }] });
      const [harmless, hostile] = ['name', HOSTILE].map((text) =>
        renderReport(withNames(reportOf(name), text) as Report, { links: links(text) }),
      ) as [string, string];
      expect(hostile).toContain('&quot;&gt;&lt;script&gt;');
      expect(tagsOf(hostile)).toEqual(tagsOf(harmless));
      expect(hostile).not.toMatch(/<script|<img|&amp;amp;amp;/);
      for (const tag of hostile.match(/<[a-z][^>]*>/gi) ?? [])
        expect(tag.replace(/"[^"]*"/g, '')).not.toMatch(/\son[a-z]+=|\sstyle=/i);
    }
  });

  test('have their own direction', () => {
    const page = renderReport(withNames(reportOf('ship'), 'מבחן') as Report);
    expect(page).toContain('<bdi>מבחן</bdi>');
    expect(page).toContain('<p dir="auto">');
  });
});

describe('the policy', () => {
  test('lets through this very style sheet and nothing else', () => {
    for (const page of pages.values()) {
      const styles = Array.from(page.matchAll(/<style>(.*?)<\/style>/gs), ([, style = '']) => style);
      expect(styles).toHaveLength(1);
      const hash = createHash('sha256')
        .update(styles[0] ?? '')
        .digest('base64');
      expect(CONTENT_POLICY).toContain(`style-src 'sha256-${hash}'`);
      expect(page).toContain(`sha256-${hash}`);
      expect(page).not.toMatch(/<script|<link[^>]+stylesheet|\sstyle=|\son[a-z]+=|@import|url\(/);
    }
    expect(CONTENT_POLICY).toContain("default-src 'none'");
    expect(CONTENT_POLICY).not.toMatch(/unsafe|\*|https?:/);
  });
});

describe('for everybody', () => {
  test('pictures have a name or are hidden, headings follow each other, ids are unique', () => {
    for (const page of pages.values()) {
      for (const [svg] of page.matchAll(/<svg class[^>]*>\s*(<title>[^<]+<\/title>)?/g)) {
        expect(svg).toMatch(/aria-hidden="true"|role="img"[^]*<title>[^<]+</);
      }
      const levels = Array.from(page.matchAll(/<h([1-6])/g), ([, level]) => Number(level));
      expect(levels[0]).toBe(1);
      expect(levels.filter((level) => level === 1)).toHaveLength(1);
      levels.forEach((level, i) => expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1));
      const ids = Array.from(page.matchAll(/\sid="([^"]+)"/g), ([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [, id] of page.matchAll(/aria-labelledby="([^"]+)"/g)) expect(ids).toContain(id);
    }
  });

  test('tables say what their heads are of, and can be reached to be scrolled', () => {
    for (const page of pages.values()) {
      expect(page).not.toMatch(/<th(?! scope="(col|row)")[\s>]/);
      const tables = page.match(/<table/g)?.length ?? 0;
      expect(page.match(/class="scroll" role="region" tabindex="0"/g)?.length ?? 0).toBe(tables);
    }
  });

  /** WCAG 2.2, relative luminance. */
  const luminanceOf = (colour: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const channel = parseInt(colour.slice(at, at + 2), 16) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string): number => {
    const [dark = 0, light = 0] = [luminanceOf(a), luminanceOf(b)].toSorted((one, other) => one - other);
    return (light + 0.05) / (dark + 0.05);
  };

  test('texts stand out by 4.5 to 1 and shapes by 3 to 1, in light, dark and print', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    for (const palette of [LIGHT, DARK, PRINT]) {
      const { page, card, ink, quiet, link, good, bad, wait, band } = palette;
      for (const text of [ink, quiet, link, good, bad, wait])
        for (const behind of [page, card]) expect(contrast(text, behind)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(band, card)).toBeGreaterThanOrEqual(3);
      expect(contrast(ink, band)).toBeGreaterThanOrEqual(3);
    }
  });
});

describe('numbers', () => {
  test('are told with the digits that say something, in no country’s way', () => {
    expect([0, 7, 1234, 1234567].map(countText)).toEqual(['0', '7', '1\u202f234', '1\u202f234\u202f567']);
    expect([0.0042, 0.5, 1, 0.10314, 0, 12.5].map(percentText)).toEqual(
      ['0.42', '50', '100', '10.3', '0', '1\u202f250'].map((text) => `${text}\u00a0%`),
    );
    expect([0.3456, -0.0042, 0.00042, -1e-12, 0, 12.3456].map(liftText)).toEqual(
      ['+34.6', '\u22120.42', '+0.042', '≈ 0', '0', '+1\u202f234.6'].map((text) => `${text}\u00a0%`),
    );
    expect([0, 1e-9, 0.0009999, 0.001, 0.0321, 0.5, 0.9994, 1].map(pText)).toEqual([
      ...['<\u00a0.001', '<\u00a0.001', '<\u00a0.001', '.001', '.032', '.500', '.999', '1'],
    ]);
    expect([0, 3.9, 59.856, 12345.6, 0.004].map(amountText)).toEqual(['0', '3.90', '59.86', '12\u202f346', '0.004']);
  });

  test('have the unit of their metric', () => {
    const units = METRICS.map((metric) => [metric.name, valueText(metric, 0.5, 'EUR')]);
    expect(Object.fromEntries(units)).toEqual({
      ...Object.fromEntries(
        [
          'conversion',
          'ctr',
          'carts',
          'dismissals',
          'return_7d',
          'return_28d',
          'opt_outs',
          'long_dwell',
          'quick_back',
          'repetition',
        ].map((name) => [name, '50\u00a0%']),
      ),
      ...Object.fromEntries(['revenue', 'margin', 'aov', 'refunded'].map((name) => [name, '0.50\u00a0EUR'])),
      ...Object.fromEntries(['lcp_ms', 'inp_ms'].map((name) => [name, '0.5\u00a0ms'])),
      novelty: '0.5\u00a0bits',
      ...Object.fromEntries(['conversions', 'complaints', 'refunds', 'diversity', 'cls'].map((name) => [name, '0.5'])),
    });
  });

  test('lie on scales that hold them, 0 too, with round ticks', () => {
    for (const values of [[0.1, 0.4], [-3, -1], [0], [], [-1e-9, 1e-7], [Infinity, 2], [-250, 900]]) {
      const { low, high, ticks, percent } = createScale(values);
      for (const value of [0, ...values.filter(Number.isFinite)]) {
        expect(percent(value)).toBeGreaterThan(0);
        expect(percent(value)).toBeLessThan(100);
      }
      expect(ticks.every((tick) => tick >= low && tick <= high)).toBe(true);
      expect(ticks).toContain(0);
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.length).toBeLessThan(9);
    }
    expect([0.31, 45.5, 100, 0.0021].map((size) => createEvenScale(size).ticks[2])).toEqual([0.4, 50, 100, 0.003]);
  });
});
