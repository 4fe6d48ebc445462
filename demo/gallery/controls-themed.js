import { createKit } from 'nearside';

const controls = document.querySelector('#themed-controls');
controls.messages = { controls: 'In the shop’s colours' };
controls.kit = createKit({ consent: 'pending', storageName: 'gallery-themed' });
