import { createKit } from 'nearside';

const kit = createKit({ consent: 'pending', storageName: 'gallery-themed' });
// as “Hide this section” does
await kit.hide('offers', true, 'Offers of the week');

const controls = document.querySelector('#themed-controls');
controls.messages = { controls: 'In the shop’s colours' };
controls.kit = kit;
