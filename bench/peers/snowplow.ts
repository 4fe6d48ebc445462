import { isRecord } from '../../src/core/guards.ts';
import { type Peer, eventOf, parseJson, recordsOf } from './peer.ts';

/**
 * Options from "Initialization options" of the Snowplow web tracker docs. Events are kept in local storage
 * (`useLocalStorage`, up to 1,000 by default) and retried (`retryFailedRequests`), both by default; `bufferSize` 1 is what its
 * docs recommend against loss; `keepalive` lets a request outlive its page.
 */
export const snowplow: Peer = {
  name: 'snowplow',
  packageName: '@snowplow/browser-tracker',
  page: ({ modules, endpoint }) => `<script src="${modules}/@snowplow/browser-tracker/dist/index.umd.min.js"></script>
<script>
  snowplowBrowserTracking.newTracker('sp', '${endpoint}', {
    appId: 'shop', encodeBase64: false, bufferSize: 1, keepalive: true,
    useLocalStorage: true, retryFailedRequests: true,
  });
  globalThis.track = (mark) => snowplowBrowserTracking.trackStructEvent(
    { category: 'shop', action: 'purchase', label: 'item-1', property: mark, value: 10 });
</script>`,
  // its collector keeps all; its data models drop a repeated event_id ("Duplicates")
  parse: (body) => {
    const sent = parseJson(body);
    return recordsOf(isRecord(sent) ? sent['data'] : undefined).flatMap(({ se_pr, eid }) => eventOf(se_pr, eid));
  },
  answer: 'ok',
};
