import { createKit } from 'nearside';
import { MESSAGES_AR } from 'nearside/messages/ar';

const controls = document.querySelector('#arabic-controls');
controls.messages = MESSAGES_AR;
controls.kit = createKit({ storageName: 'gallery-arabic' });
