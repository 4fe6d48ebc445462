/** Tells the state of each element of the gallery as it changes, and copies code. */
export function startGallery(): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-example]')) watchStates(place);
  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('[data-copy]') : null;
    if (button) void copyBeside(button);
  });
}

/** Under an example, once for each carousel: `state: ranked, tier: wasm`. No live region: it changes by itself. */
function watchStates(place: HTMLElement): void {
  const carousels = [...place.querySelectorAll('rec-carousel')];
  const told = place.querySelector('[data-states]');
  if (told === null || carousels.length === 0) return;
  const tell = (): void =>
    told.replaceChildren(carousels.map(({ state, tier }) => `state: ${state}, tier: ${tier}`).join(' · '));
  const observer = new MutationObserver(tell);
  for (const carousel of carousels) observer.observe(carousel, { attributeFilter: ['state', 'tier'] });
  void customElements.whenDefined('rec-carousel').then(tell);
}

/** Where the clipboard is not to be had, the code is selected instead. */
async function copyBeside(button: Element): Promise<void> {
  const block = button.closest('figure');
  const code = block?.querySelector('code');
  const status = block?.querySelector('[role=status]');
  if (!code || !status) return;
  try {
    await navigator.clipboard.writeText(code.textContent);
    status.textContent = 'Copied';
  } catch {
    getSelection()?.selectAllChildren(code);
    status.textContent = 'Selected: copy it by your keys';
  }
}
