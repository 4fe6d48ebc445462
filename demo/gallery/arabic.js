import { MESSAGES_AR } from 'nearside/messages/ar';

const shelf = document.querySelector('#in-arabic');
shelf.messages = MESSAGES_AR;
shelf.src = '/api/candidates?category=hats';
