import type { RecMessages } from '../messages.ts';
import { CAROUSEL_EN } from './carousel-en.ts';
import { CONTROLS_EN } from './controls-en.ts';
import { PANEL_EN } from './panel-en.ts';

/** What the elements say by themselves: what other languages translate. */
export const MESSAGES_EN: RecMessages = { ...CAROUSEL_EN, ...PANEL_EN, ...CONTROLS_EN };
