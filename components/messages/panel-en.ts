import { REASONS_EN } from '../../src/core/reasons-en.ts';
import type { PanelMessages } from '../messages.ts';

export const PANEL_EN: PanelMessages = {
  dismissed: '{title} is hidden.',
  undo: 'Undo',
  restored: '{title} is back.',
  dismissQuestion: 'Why not?',
  notMyTaste: 'Not my taste',
  haveIt: 'I have it',
  tooOften: 'Shown too often',
  notNow: 'Not now',
  hideSection: 'Hide this section',
  whyHeading: 'Why this?',
  whyLoading: 'One moment',
  whyUnavailable: 'The reason is not known.',
  notThisReason: 'Not this reason',
  reasonRemoved: 'This reason no longer counts.',
  close: 'Close',
  reasons: REASONS_EN,
};
