import { createKit } from 'nearside';

// the visitor has not been asked yet: nothing is read or stored, and nothing is ranked
const kit = createKit({ consent: 'pending', storageName: 'gallery-server' });
document.querySelector('#as-sent').kit = kit;
