/** Half of an item: what is less in view is not on the page. */
const ON_PAGE_SHARE = 0.5;

/** `focus="pages"`: what is not on the page that the scroller shows is inert. Of `isOn` false, everything is as it was. */
export function setFocusPages(scroller: HTMLElement, items: readonly HTMLElement[], isOn: boolean): void {
  const view = scroller.getBoundingClientRect();
  for (const item of items) {
    const { left, right, width } = item.getBoundingClientRect();
    const shown = Math.min(right, view.right) - Math.max(left, view.left);
    item.inert = isOn && shown < width * ON_PAGE_SHARE;
  }
}
