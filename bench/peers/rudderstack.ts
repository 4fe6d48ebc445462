import { isRecord } from '../../src/core/guards.ts';
import { type Peer, eventOf, parseJson } from './peer.ts';

/**
 * Options from "Load JavaScript SDK" of the RudderStack docs. Events are queued in local storage and retried by default;
 * `maxItems` and `maxAttempts` are raised, or the queue would drop all but its last 100 events and those that failed 10 times.
 * The beacon queue stays off: it cannot retry. The source configuration is given in the page.
 */
export const rudderstack: Peer = {
  name: 'rudderstack',
  packageName: '@rudderstack/analytics-js',
  page: ({ modules, endpoint }) => `<script type="module">
  import { RudderAnalytics } from '${modules}/@rudderstack/analytics-js/dist/npm/modern/bundled/esm/index.mjs';
  const rudder = new RudderAnalytics();
  rudder.load('torture', '${endpoint}', {
    queueOptions: { maxItems: 10000, maxAttempts: 1000 }, integrations: { All: true }, sendAdblockPage: false,
    getSourceConfig: () => ({ source: {
      id: 'torture', name: 'torture', writeKey: 'torture', enabled: true, workspaceId: 'torture', destinations: [],
      config: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } },
    } }),
  });
  rudder.ready(() => {
    globalThis.track = (mark) => rudder.track('purchase', { mark, itemId: 'item-1', amount: 10, currency: 'EUR' });
  });
</script>`,
  // its server drops a repeated messageId for 7 days ("Event Deduplication in RudderStack")
  parse: (body) => {
    const sent = parseJson(body);
    return isRecord(sent) && isRecord(sent['properties']) ? eventOf(sent['properties']['mark'], sent['messageId']) : [];
  },
  answer: 'OK',
};
