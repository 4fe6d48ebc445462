import type { ReasonMessages } from './reason-text.ts';

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
