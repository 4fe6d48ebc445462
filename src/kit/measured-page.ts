import { onCLS, onINP, onLCP } from 'web-vitals';
import type { MeasuredPage } from '../core/page-view.ts';

/** One for all kits of the page, for web-vitals cannot be stopped; null before the first asks. */
let page: MeasuredPage | null = null;

/**
 * What is measured of the page view, changed as it goes. What was before the first call counts too: the browser keeps it.
 * A page that comes back from the back-forward cache is a new page view, here and in web-vitals.
 */
export function measurePage(): MeasuredPage {
  if (page) return page;
  const measured: MeasuredPage = {};
  page = measured;
  window.addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    delete measured.lcp;
    delete measured.inp;
    delete measured.cls;
  });
  const note =
    (name: 'lcp' | 'inp' | 'cls') =>
    ({ value, navigationType }: { readonly value: number; readonly navigationType: string }): void => {
      measured[name] = value;
      measured.navigation = navigationType;
    };
  // of each change, or there would be no Largest Contentful Paint before the visitor acts or leaves
  const options = { reportAllChanges: true };
  onLCP(note('lcp'), options);
  onINP(note('inp'), options);
  onCLS(note('cls'), options);
  return measured;
}
