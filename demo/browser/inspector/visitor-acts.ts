import type { DeviceExport, Problem } from 'nearside';
import { type TemplateResult, html } from 'lit/html.js';
import type { View } from './inspected.ts';

/** What a visitor may do with what is stored. */
export function renderActs(view: View): TemplateResult {
  const { kit, rankAgain } = view;
  return html`<p class="acts">
    <button type="button" data-rank @click=${rankAgain}>Rank again</button>
    <button type="button" data-flush @click=${() => track(view, 'Sending what waits', kit.flush())}>Send now</button>
    <button type="button" data-export @click=${() => void exportAll(view)}>Export my data</button>
    <button type="button" data-forget @click=${() => void forget(view)}>Forget me</button>
  </p>`;
}

const track = ({ progress }: View, label: string, work: Promise<unknown>): void => void progress.track(label, work);

async function exportAll({ kit, progress }: View): Promise<void> {
  download(await progress.track('Collecting what is stored', kit.export()));
}

async function forget({ kit, progress, sent, reload }: View): Promise<void> {
  await progress.track('Forgetting everything', kit.erase());
  sent.clear();
  reload('inspector-summary');
}

/** A problem too: it says what to do. */
function download(content: DeviceExport | Problem): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' }));
  const link = Object.assign(document.createElement('a'), { href: url, download: 'nearside-my-data.json' });
  link.click();
  URL.revokeObjectURL(url);
}
