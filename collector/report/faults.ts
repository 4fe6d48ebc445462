import { DAY_MS } from '../day.ts';
import type { Design } from './design.ts';
import type { Finding } from './finding.ts';
import { DEVICE_ID_DAYS } from './population.ts';
import { percentText } from './number-text.ts';
import type { Exposures } from './read-exposures.ts';
import { FAULT_ALPHA, type Trust, type TrustInput } from './trust.ts';

/** What is behind one unit in a thousand moves an effect less than any that is worth finding. */
const TOLERATED = 0.001;
/** Devices' clocks differ. */
const LATE_MS = DAY_MS;

const finding = (code: Finding['code'], message: string, blocks: boolean): Finding => ({ code, message, blocks });

/** What is wrong with the experiment itself. A finding that `blocks` makes the report decide nothing. */
export function findFaults(trust: Trust, { design, exposures }: Pick<TrustInput, 'design' | 'exposures'>): Finding[] {
  const { srm, lossP, arms } = trust;
  const findings: Finding[] = [];
  if (srm?.kind === 'judged' && srm.verdict === 'mismatch')
    findings.push(
      finding(
        'sample_ratio_mismatch',
        `the arms hold ${arms.map(({ units }) => String(units)).join(' and ')} units where ${srm.expected.map((units) => units.toFixed(0)).join(' and ')} were to be expected (p below .001): units are lost or added in one of them`,
        true,
      ),
    );
  findings.push(...findStrayUnits(trust));
  if (lossP !== null && lossP < FAULT_ALPHA)
    findings.push(
      finding(
        'delivery_loss',
        `the arms lose different shares of their events (p below .001): ${arms.map(({ arm, lost }) => `"${arm}" ${percentText(lost.events / Math.max(1, lost.of))}`).join(', ')}`,
        true,
      ),
    );
  return [...findings, ...findDeclarationRemarks(design, exposures), ...findUnitRemarks(design, exposures)];
}

/** Units that are not where they belong. */
function findStrayUnits({ crossed, strangers, arms }: Trust): Finding[] {
  const total = arms.reduce((sum, { units }) => sum + units, crossed);
  const isMany = (count: number, of = total): boolean => count > TOLERATED * of;
  const findings: Finding[] = [];
  if (crossed > 0)
    findings.push(
      finding(
        'unit_in_two_arms',
        `${String(crossed)} of ${String(total)} units were exposed to more than one arm and count in none: look for ids that are shared or change, and for weights that were changed without sticky buckets`,
        isMany(crossed),
      ),
    );
  if (strangers > 0)
    findings.push(
      finding(
        'unknown_arm',
        `${String(strangers)} units were exposed to arms that are not declared and count in none`,
        isMany(strangers),
      ),
    );
  for (const { arm, misassigned, units } of arms)
    if (misassigned !== null && misassigned > 0)
      findings.push(
        finding(
          'assignment_mismatch',
          `${String(misassigned)} of ${String(units)} units of "${arm}" have a bucket of another arm: the page runs other experiments than were declared, keeps arms of an earlier phase, or assigns by itself`,
          isMany(misassigned),
        ),
      );
  const [control] = arms;
  if (control && control.unlikeControl.units > 0)
    findings.push(
      finding(
        'control_leak',
        `${String(control.unlikeControl.units)} of ${String(control.unlikeControl.of)} units in "${control.arm}" saw what control does not show there: they see another arm`,
        isMany(control.unlikeControl.units, control.unlikeControl.of),
      ),
    );
  return findings;
}

function findDeclarationRemarks(design: Design, { firstAt }: Exposures): Finding[] {
  const findings = design.remarks.map(({ kind, message }) => {
    if (kind === 'odd') return finding('declaration_odd', message, false);
    return finding(kind === 'changed' ? 'design_changed' : 'unit_differs', message, true);
  });
  const { isDeclared, declaredAt } = design;
  if (!isDeclared)
    findings.push(
      finding(
        'not_declared',
        'no analysis was declared for it, so nothing decides: everything below is exploratory',
        true,
      ),
    );
  else if (declaredAt !== null && firstAt < declaredAt - LATE_MS)
    findings.push(
      finding(
        'declared_late',
        `the analysis was declared ${String(Math.round((declaredAt - firstAt) / DAY_MS))} days after the first exposure: what it names may have been chosen by what was seen`,
        false,
      ),
    );
  return findings;
}

function findUnitRemarks({ analysis }: Design, { treatedBefore, currencies, units }: Exposures): Finding[] {
  const findings: Finding[] = [];
  if (analysis.windowDays > DEVICE_ID_DAYS && units.isSite.subarray(0, units.count).includes(0))
    findings.push(
      finding(
        'needs_site_ids',
        `a window of ${String(analysis.windowDays)} days is longer than a browser keeps an id: units whose id is not the site's count for nothing`,
        false,
      ),
    );
  if (treatedBefore.size > 0)
    findings.push(
      finding(
        'other_phases',
        `${String(treatedBefore.size)} units were exposed to other phases: those exposures are left out, and their past is none that CUPED may read`,
        false,
      ),
    );
  const [main, ...others] = Object.entries(currencies);
  if (main && others.length > 0)
    findings.push(
      finding(
        'currencies_mixed',
        `revenue is that in ${main[0]}; ${others.map(([currency, count]) => `${String(count)} units bought in ${currency}`).join(', ')}, which counts as a purchase without a value`,
        false,
      ),
    );
  return findings;
}
