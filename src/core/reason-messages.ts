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

export const REASONS_DE: ReasonMessages = {
  locale: 'de',
  events: {
    view: 'Weil Sie {ago} {title} angesehen haben',
    click: 'Weil Sie {ago} {title} geöffnet haben',
    add_to_cart: 'Weil Sie {ago} {title} in den Warenkorb gelegt haben',
    purchase: 'Weil Sie {ago} {title} gekauft haben',
    dismiss: 'Weil Sie {ago} {title} ausgeblendet haben',
  },
  untitled: 'einen Artikel',
  anchor: 'Passt zu dem, was Sie gerade ansehen',
  history: 'Wegen Ihrer früheren Besuche',
  popular: 'Gerade beliebt',
  new: 'Neu',
  price: 'Wegen des Preises',
  server: 'Vom Shop vorgeschlagen',
  kept: 'Blieb, wo Sie es gesehen haben',
  pinned: 'Vom Shop ausgewählt',
  required: 'Teil der Auswahl des Shops',
  explored: 'Wir probieren etwas Neues',
  server_order: 'In der Reihenfolge des Shops',
};
