import { createKit } from 'nearside';

const kit = createKit({ bundleUrl: '/bundle/', storageName: 'gallery-ranked' });
await kit.record({ kind: 'view', itemId: 'steel-flask-1' });
// this element alone; for all of a page: connectKit(kit), of nearside/define
document.querySelector('#ranked-links').kit = kit;
