import { createKit } from 'nearside';

const shelf = document.querySelector('#not-wanted');
const kit = createKit({ storageName: 'gallery-hidden' });
// as “Hide this section” does
await kit.hide('gallery-hidden', true);
shelf.kit = kit;
shelf.src = '/api/candidates?category=tents';
