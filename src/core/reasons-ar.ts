import type { ReasonMessages } from './reason-text.ts';

/** A title has isolates (U+2068, U+2069) around it: it may be written from left to right. */
export const REASONS_AR: ReasonMessages = {
  locale: 'ar',
  events: {
    view: 'لأنك شاهدت \u2068{title}\u2069 {ago}',
    click: 'لأنك فتحت \u2068{title}\u2069 {ago}',
    add_to_cart: 'لأنك أضفت \u2068{title}\u2069 إلى سلة التسوق {ago}',
    purchase: 'لأنك اشتريت \u2068{title}\u2069 {ago}',
    dismiss: 'لأنك أخفيت \u2068{title}\u2069 {ago}',
  },
  untitled: 'منتجًا',
  anchor: 'يتماشى مع ما تشاهده الآن',
  history: 'بسبب زياراتك السابقة',
  popular: 'رائج الآن',
  new: 'جديد',
  price: 'بسبب سعره',
  server: 'اقترحه المتجر',
  kept: 'بقي حيث رأيته',
  pinned: 'اختاره المتجر',
  required: 'جزء من تشكيلة المتجر',
  explored: 'نجرّب شيئًا جديدًا',
  server_order: 'بترتيب المتجر',
};
