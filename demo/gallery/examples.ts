import type { RecCarousel } from '../../components/rec-carousel.ts';

export interface Example {
  /** Of its files, and of its place in the page. */
  readonly id: string;
  readonly title: string;
  /** What there is to see. */
  readonly text: string;
  /** What its carousels come to, whoever looks. Without it they have a slate: whether it is ranked is for the visitor's acts to say. */
  readonly states?: readonly RecCarousel['state'][];
}

export interface ExampleGroup {
  readonly title: string;
  readonly examples: readonly Example[];
}

const STATES: readonly Example[] = [
  {
    id: 'ranked',
    title: 'Ranked',
    text: 'Links that came with the page, ranked by the data at src, by what the page is about (anchor-item-id) and what the visitor does. What is in view when the script comes never moves, so only what nobody has seen changes its place. A hidden link is a candidate that only a slate shows.',
    states: ['ranked'],
  },
  {
    id: 'server',
    title: 'Server order',
    text: 'Nothing to rank by, or not allowed to: the links stay as they were sent. Without a script it is the same.',
    states: ['server'],
  },
  {
    id: 'waiting',
    title: 'Waiting',
    text: 'As many empty cards as count says hold the place until the answer is there. Here it never comes.',
    states: ['waiting'],
  },
  {
    id: 'fallback',
    title: 'Fallback',
    text: 'A lower tier than the best has answered; rec-fallback says why. A style sheet can tell by state and tier.',
    states: ['fallback'],
  },
  {
    id: 'hidden',
    title: 'Hidden section',
    text: 'The visitor has hidden this placement, on every page. “Show it again” takes it back.',
    states: ['hidden'],
  },
  {
    id: 'empty',
    title: 'Empty',
    text: 'The answer holds nothing. The element shows nothing and takes no room; its state says so.',
    states: ['empty'],
  },
  {
    id: 'error',
    title: 'Error',
    text: 'There are no links, and src cannot be read: this address answers 404. The element takes no room either.',
    states: ['error'],
  },
];

const OPTIONS: readonly Example[] = [
  {
    id: 'candidates',
    title: 'Candidates as a property',
    text: 'A script gives the items, as an array or a list of candidates, and the element makes the cards.',
  },
  {
    id: 'anchor',
    title: 'Beside an item',
    text: 'anchor-item-id is what the page is about; reasons may name it.',
  },
  {
    id: 'order',
    title: 'Wait for the order',
    text: 'order="wait" has links hidden until they are ranked, rank-budget ms at most; then they show the server’s order. Needs prestyle.css.',
  },
  { id: 'layout', title: 'Grid', text: 'layout="grid" wraps the cards.' },
  {
    id: 'focus',
    title: 'Focus by pages',
    text: 'focus="pages" lets Tab stop only at what is on the current page; the rest is inert.',
  },
  {
    id: 'actions',
    title: 'Buttons of items',
    text: 'dismiss, why, both (the default) or none. They come over the picture once an item is seen.',
  },
  {
    id: 'priority',
    title: 'Priority',
    text: 'Two of the same items: what the first shows among its first three is none of the second.',
  },
  {
    id: 'template',
    title: 'Cards of a template',
    text: 'Fields are bound as text, addresses only where they are http(s) or relative.',
  },
  {
    id: 'render-item',
    title: 'Cards of a function',
    text: 'renderItem answers a node or a text for each candidate.',
  },
  {
    id: 'events',
    title: 'Events',
    text: 'What the carousel says of itself and its visitor, newest first. Keep an item in view for a second, open one in a new tab, dismiss one and undo it.',
  },
  {
    id: 'qa',
    title: 'For testers',
    text: 'An arm of an experiment that somebody has asked for is told over the shelf, and counts nowhere.',
  },
];

const LOOKS: readonly Example[] = [
  {
    id: 'themed',
    title: 'Custom properties',
    text: 'Sizes, corners and colours. light-dark() gives the dark ones too.',
  },
  {
    id: 'parts',
    title: 'Parts',
    text: 'Whatever is in the element can be reached by ::part(). Press “Not interested” to see the bar, “Why this?” for the popover.',
  },
  { id: 'icons', title: 'Icons', text: 'Slots for the icons of Previous and Next.' },
  {
    id: 'german',
    title: 'German',
    text: 'A pack of words, one of them changed. Prices go by the nearest lang.',
  },
  {
    id: 'arabic',
    title: 'Arabic',
    text: 'Written from right to left: buttons, keys and scrolling are mirrored.',
  },
];

const WHY: readonly Example[] = [
  {
    id: 'why',
    title: 'Reasons of one item',
    text: 'True reasons, by what the score loses without them. “Not this reason” takes one out, and a new slate is asked for.',
  },
];

const CONTROLS: readonly Example[] = [
  {
    id: 'controls',
    title: 'Consent and storage',
    text: 'Three switches, the sections that the visitor has hidden, what is stored, and start afresh, download, erase. The link stands there until the script has come.',
  },
  { id: 'asked', title: 'Not answered yet', text: 'Yes and No stand in place of each switch; nothing is stored.' },
  {
    id: 'controls-themed',
    title: 'Parts and custom properties',
    text: 'The same custom properties as the carousel’s, and parts. One section is hidden. Press Erase: it asks first.',
  },
  { id: 'controls-arabic', title: 'In Arabic', text: 'The same packs of words serve it.' },
];

export const GROUPS: readonly ExampleGroup[] = [
  { title: 'States of a carousel', examples: STATES },
  { title: 'Options of a carousel', examples: OPTIONS },
  { title: 'Looks and language', examples: LOOKS },
  { title: 'Why this?', examples: WHY },
  { title: 'What visitors control', examples: CONTROLS },
];
