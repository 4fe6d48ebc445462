import { createKit } from 'nearside';

const controls = document.querySelector('#asked-first');
controls.messages = { controls: 'May we?' };
controls.kit = createKit({ consent: 'pending', storageName: 'gallery-asked' });
