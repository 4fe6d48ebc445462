import type { Manifest } from '../../src/core/manifest.ts';
import type { Head } from '../../src/core/utility.ts';
import { DAY_MS } from '../day.ts';
import type { LogRow } from '../log.ts';
import type { DeclaredSet } from '../report/design.ts';
import { type AuditFinding, type Remark, findingOf, percent } from './audit-finding.ts';
import { ConversionReader, type Delays } from './conversion-delays.ts';
import { quantileOf } from './level-shift.ts';
import { type UsedWindow, changedHeads, usedWindows } from './used-windows.ts';

/** Above these shares of conversions outside of a window. */
const [WARN_SHARE, FAIL_SHARE] = [0.05, 0.2];
/** Of fewer conversions a share says little. */
const MIN_CONVERSIONS = 50;
/** What comes later than twice the longest window is of another cause. */
const HORIZON = 2;

export interface JudgedWindow extends UsedWindow {
  readonly conversions: number;
  /** Share of them that comes later after its click; null below 50 conversions. */
  readonly outside: number | null;
  /**
   * Of an experiment: share that comes later after the first exposure, of the conversions within the horizon. No fault by
   * itself: who buys every month goes on to.
   */
  readonly outsideOfExposed?: number | null;
}

/** Windows in use, against each other and against when conversions come. */
export class WindowReader {
  readonly #conversions = new ConversionReader();
  /** Of slates that devices logged, by model. */
  readonly #heads = new Map<string, readonly Head[]>();

  add(row: LogRow): void {
    this.#conversions.add(row);
    const { slate, modelId } = row.event;
    if (slate !== undefined && modelId !== undefined) this.#heads.set(modelId, slate.heads);
  }

  finding(manifests: readonly Manifest[], sets: readonly DeclaredSet[]): AuditFinding {
    const windows = usedWindows(manifests, sets);
    const longest = Math.max(...windows.map(({ days }) => days));
    const horizonDays = Math.min(HORIZON * longest, this.#conversions.spanDays / 2);
    const delays = this.#conversions.delays(horizonDays * DAY_MS);
    const judged = windows.map((window) => judge(window, delays, horizonDays));
    const changes = changedHeads([
      ...manifests.map(({ modelId, heads }) => ({ of: `manifest ${modelId.slice(0, 12)}`, heads })),
      ...[...this.#heads].map(([modelId, heads]) => ({ of: `slates of ${modelId.slice(0, 12)}`, heads })),
    ]);
    const beyond = this.#beyond(windows);
    const figures = {
      ...{ horizonDays, windows: judged, changes, ascribed: { ...quantiles(this.#conversions.ascribedMs), beyond } },
      afterClick: { ...quantiles(delays.afterClick), withoutClick: delays.withoutClick },
      afterExposure: Object.fromEntries([...delays.afterExposure].map(([key, values]) => [key, quantiles(values)])),
    };
    const remarks = [
      ...judged.map(outsideRemark),
      ...differRemarks(windows),
      ...changes.map(changeRemark),
      ...(beyond > 0 ? [beyondRemark(beyond)] : []),
      ...(manifests.length === 0 ? [NO_MANIFEST] : []),
    ];
    const command = 'nearside report --db FILE --experiment KEY --bundle BUNDLE';
    return findingOf({ check: '04', name: 'windows', figures, command }, remarks);
  }

  /** Conversions that pages ascribed to a click of longer ago than this manifest's window. */
  #beyond(windows: readonly UsedWindow[]): number {
    const days = windows.find(({ use }) => use === 'attribution')?.days ?? Number.POSITIVE_INFINITY;
    return this.#conversions.ascribedMs.filter((lagMs) => lagMs > days * DAY_MS).length;
  }
}

function judge(window: UsedWindow, { afterClick, afterExposure }: Delays, horizonDays: number): JudgedWindow {
  const { days, of, from } = window;
  const outside = (delays: readonly number[]): number | null => {
    if (delays.length < MIN_CONVERSIONS || days >= horizonDays) return null;
    return delays.filter((delay) => delay > days * DAY_MS).length / delays.length;
  };
  const exposed = afterExposure.get(of) ?? [];
  return {
    ...{ ...window, conversions: afterClick.length, outside: outside(afterClick) },
    ...(from === 'exposure' && { outsideOfExposed: outside(exposed) }),
  };
}

const nameOf = ({ use, of, days }: UsedWindow): string => `the ${use} window of ${of} (${String(days)} days)`;

function outsideRemark(window: JudgedWindow): Remark {
  const { outside, conversions, use } = window;
  if (outside === null)
    return {
      verdict: 'not_observable',
      message: `what ${nameOf(window)} misses cannot be told: ${String(conversions)} conversions after a click in the time that the log covers`,
      advice: 'keep the log for more than twice the longest window (--retain-days), or read the archive',
    };
  return {
    verdict: outside > FAIL_SHARE ? 'fail' : outside > WARN_SHARE ? 'warn' : 'ok',
    message: `${percent(outside)} of ${String(conversions)} conversions after a click come when ${nameOf(window)} is over`,
    advice:
      use === 'label'
        ? 'train with labels of a longer window, and write it as windowDays of the head'
        : use === 'attribution'
          ? 'give the head "purchase" a longer windowDays: devices ascribe by it'
          : 'declare a longer window in a new phase, with unit ids of the site where it exceeds 7 days',
  };
}

/** What training learns, devices ascribe and experiments count has to be one thing. */
function differRemarks(windows: readonly UsedWindow[]): Remark[] {
  const lengths = [...new Set(windows.map(({ days }) => days))];
  if (lengths.length < 2) return [];
  const each = windows.map(({ use, of, days }) => `${use} of ${of} ${String(days)}`);
  return [
    {
      verdict: 'warn',
      message: `what counts as a conversion differs, in days: ${each.join(', ')}`,
      advice: 'agree on one window: a model that learned another cannot win what the experiment counts',
    },
  ];
}

const changeRemark = (message: string): Remark => ({
  verdict: 'warn',
  message,
  advice: 'figures before and after the change are not comparable: compare versions from the change on',
});

const beyondRemark = (count: number): Remark => ({
  verdict: 'warn',
  message: `${String(count)} conversions are ascribed to clicks of longer ago than the newest manifest allows: pages ran another window`,
  advice: 'compare ascribed conversions from the newest release on; look for pages that keep an old bundle',
});

const NO_MANIFEST: Remark = {
  verdict: 'not_observable',
  message: 'no bundle was given: what the model learnt as a conversion is not known',
  advice: 'give the bundle that serves with --bundle',
};

const quantiles = (delays: readonly number[]) => ({
  n: delays.length,
  p50Ms: quantileOf(delays, 0.5),
  p90Ms: quantileOf(delays, 0.9),
});
