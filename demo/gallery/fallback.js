import { createKit } from 'nearside';

const shelf = document.querySelector('#without-model');
// the bundle cannot be fetched: the weights that are built in rank instead
shelf.kit = createKit({ bundleUrl: '/no-such-bundle/', storageName: 'gallery-fallback' });
shelf.src = '/api/candidates?category=lighting';
