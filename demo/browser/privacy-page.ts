/** Gives the element the names of the products that its list of acts is about. */
export function startPrivacyPage(): void {
  const controls = document.querySelector('rec-controls');
  const text = document.querySelector('#product-titles')?.textContent;
  if (controls === null || text === undefined) return;
  const titles = new Map(Object.entries(JSON.parse(text) as Record<string, string>));
  controls.titleOf = (itemId) => titles.get(itemId);
}
