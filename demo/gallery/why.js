import { createKit } from 'nearside';

const kit = createKit({ bundleUrl: '/bundle/', storageName: 'gallery-why' });
await kit.record({ kind: 'view', itemId: 'lark-tipi' });

const shelf = document.querySelector('#explained');
const why = document.querySelector('#reasons');
const response = await fetch('/api/candidates?category=tents&placement=gallery');
const list = await response.json();
const titles = new Map(list.items.map(({ id, title }) => [id, title]));

why.kit = kit;
why.titleOf = (itemId) => titles.get(itemId);
// without that reason: a new slate
why.addEventListener('rec-reason-removed', () => (shelf.candidates = { ...list }));
shelf.addEventListener('rec-ready', ({ detail: { slate } }) => {
  why.slate = slate;
  why.itemId = slate?.items[0]?.itemId ?? '';
});
shelf.kit = kit;
shelf.candidates = list;
