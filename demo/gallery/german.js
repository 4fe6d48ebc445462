import { MESSAGES_DE } from 'nearside/messages/de';

// for every element of a page: setMessages(MESSAGES_DE), of nearside/define
const shelf = document.querySelector('#auf-deutsch');
shelf.messages = { ...MESSAGES_DE, undo: 'Doch zeigen' };
shelf.src = '/api/candidates?category=backpacks';
