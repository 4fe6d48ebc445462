import { liteClient } from 'algoliasearch/lite';
import instantsearch from 'instantsearch.js';
import { carousel } from 'instantsearch.js/es/templates';
import { relatedProducts } from 'instantsearch.js/es/widgets';

// the site's own server answers in the place of Algolia's, at the same path
const hosts = [{ url: location.host, accept: 'readWrite', protocol: 'http' }];
const search = instantsearch({ indexName: 'products', searchClient: liteClient('BENCH', 'bench', { hosts }) });
search.addWidgets([
  relatedProducts({
    container: '.related',
    objectIDs: ['p-0'],
    templates: {
      header: () => '',
      item: ({ objectID, title, url, image, price }, { html }) =>
        html`<a class="card" data-card="${objectID}" href="${url}"
          ><img src="${image}" alt="" width="176" height="176" /><span class="title">${title}</span
          ><span class="price">${price}</span></a
        >`,
      layout: carousel(),
    },
  }),
]);
search.start();
