import { isRecord } from '../../src/core/guards.ts';
import { type Peer, eventOf, parseForm, recordsOf } from './peer.ts';

/**
 * Options from "JavaScript web configuration" of the PostHog docs. Batching and retries are on by default; there is no
 * option that keeps unsent events over page loads. The rate limit is raised, or it would drop a burst of 200 events; the
 * filter of robots is off, or it would drop what a headless browser does; compression is off so that bodies can be read.
 */
export const posthog: Peer = {
  name: 'posthog',
  packageName: 'posthog-js',
  page: ({ modules, endpoint }) => `<script type="module">
  import posthog from '${modules}/posthog-js/dist/module.no-external.js';
  posthog.init('phc_torture', {
    api_host: '${endpoint}', persistence: 'localStorage', request_batching: true, disable_compression: true,
    rate_limiting: { events_per_second: 1000, events_burst_limit: 10000 }, opt_out_useragent_filter: true,
    autocapture: false, capture_pageview: false, capture_pageleave: false, capture_performance: false,
    disable_session_recording: true, disable_surveys: true, advanced_disable_flags: true,
    disable_external_dependency_loading: true,
    loaded: () => {
      globalThis.track = (mark) =>
        posthog.capture('purchase', { mark, itemId: 'item-1', amount: 10, currency: 'EUR' });
    },
  });
</script>`,
  // "Events with the same UUID, event name, timestamp, and distinct_id are considered duplicates" (Ingestion pipeline)
  parse: (body) => {
    const sent = parseForm(body);
    return recordsOf(isRecord(sent) ? (sent['batch'] ?? [sent]) : sent).flatMap(({ properties, uuid }) =>
      eventOf(isRecord(properties) ? properties['mark'] : undefined, uuid),
    );
  },
  answer: { status: 1 },
};
