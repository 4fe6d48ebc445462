import { createKit } from 'nearside';

const kit = createKit({ storageName: 'gallery-controls' });
kit.describe([{ id: 'granite-boot', title: 'Granite Boot' }]);
await kit.record({ kind: 'view', itemId: 'granite-boot' });

const controls = document.querySelector('#own-controls');
controls.titleOf = (itemId) => ({ 'granite-boot': 'Granite Boot' })[itemId];
controls.kit = kit;
