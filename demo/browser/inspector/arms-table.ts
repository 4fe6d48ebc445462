import type { Assignment, AssignmentReason } from 'nearside';
import { type TemplateResult, html, nothing } from 'lit/html.js';
import { formatNumber } from './format.ts';

const REASONS: Readonly<Record<AssignmentReason, string>> = {
  assigned: 'by chance',
  sticky: 'by chance, kept from before',
  override: 'asked for in this inspector; counts nowhere',
  forced: 'rolled out to everybody',
  draft: 'control: not running yet',
  stopped: 'control: has ended',
  no_unit: 'control: no id that lasts',
  holdout: 'held out of everything',
  layer: 'control: taken by another experiment of its layer',
  condition: 'control: not meant for this visitor',
  coverage: 'control: outside of the share that takes part',
  bucket_version: 'control: took part in an earlier version',
};

/** Which arm of each experiment this visitor gets, and why. */
export const renderArms = (assignments: readonly Assignment[]): TemplateResult | typeof nothing =>
  assignments.length === 0
    ? nothing
    : html`<h3>Experiments</h3>
        <table>
          <thead>
            <tr>
              <th scope="col">Experiment</th>
              <th scope="col">Arm</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            ${assignments.map(
              ({ experiment, arm, reason, bucket }) =>
                html`<tr data-assignment=${experiment}>
                  <th scope="row">${experiment}</th>
                  <td>${arm}</td>
                  <td>
                    ${REASONS[reason]}${
                      bucket === undefined ? nothing : html` <span class="quiet">bucket ${formatNumber(bucket)}</span>`
                    }
                  </td>
                </tr>`,
            )}
          </tbody>
        </table>`;
