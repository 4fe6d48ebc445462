import { createKit } from 'nearside';

const shelf = document.querySelector('#tested');
const experiment = { key: 'fresh-first', variations: [{}, { policy: { diversity: 0.4 } }] };
shelf.kit = createKit({
  experiments: { version: '1', experiments: [experiment] },
  experimentOverrides: { 'fresh-first': '1' },
  storageName: 'gallery-qa',
});
shelf.src = '/api/candidates?category=furniture';
