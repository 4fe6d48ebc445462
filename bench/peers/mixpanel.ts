import { isRecord } from '../../src/core/guards.ts';
import { type Peer, eventOf, parseForm, recordsOf } from './peer.ts';

/**
 * Options from the "JavaScript SDK" docs of Mixpanel: `batch_requests` queues events in local storage and retries them; what
 * is queued leaves by `sendBeacon` when a page is left. Both are its defaults. The flush interval stays at 5 s.
 */
export const mixpanel: Peer = {
  name: 'mixpanel',
  packageName: 'mixpanel-browser',
  page: ({ modules, endpoint }) => `<script type="module">
  import mixpanel from '${modules}/mixpanel-browser/dist/mixpanel.module.js';
  mixpanel.init('torture', {
    api_host: '${endpoint}', persistence: 'localStorage', batch_requests: true, api_payload_format: 'json',
    track_pageview: false, autocapture: false, record_sessions_percent: 0,
    loaded: () => {
      globalThis.track = (mark) =>
        mixpanel.track('purchase', { mark, itemId: 'item-1', amount: 10, currency: 'EUR' });
    },
  });
</script>`,
  // same event name, distinct_id, time and $insert_id: "Mixpanel considers them duplicates" (Event Deduplication)
  parse: (body) =>
    recordsOf(parseForm(body)).flatMap(({ properties }) =>
      isRecord(properties) ? eventOf(properties['mark'], properties['$insert_id']) : [],
    ),
  answer: { status: 1, error: null },
};
