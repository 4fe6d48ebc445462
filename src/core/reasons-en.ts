import type { ReasonMessages } from './reason-text.ts';

export const REASONS_EN: ReasonMessages = {
  locale: 'en',
  events: {
    view: 'Because you viewed {title} {ago}',
    click: 'Because you opened {title} {ago}',
    add_to_cart: 'Because you put {title} into the cart {ago}',
    purchase: 'Because you bought {title} {ago}',
    dismiss: 'Because you hid {title} {ago}',
  },
  untitled: 'an item',
  anchor: 'Goes with what you are looking at',
  history: 'Because of your earlier visits',
  popular: 'Popular now',
  new: 'New',
  price: 'Because of its price',
  server: 'Suggested by the shop',
  kept: 'Stayed where you saw it',
  pinned: 'Picked by the shop',
  required: 'Part of the shop’s mix',
  explored: 'Trying something new',
  server_order: 'In the shop’s own order',
};
