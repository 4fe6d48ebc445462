import { isRecord } from '../../src/core/guards.ts';
import { type Peer, eventOf, parseJson } from './peer.ts';

/**
 * Options from "Analytics.js 2.0" of the Segment docs. The standard delivery strategy, one request an event, is the one that
 * keeps unsent events in local storage and retries them (both by default). `keepalive` stays off: its docs warn that it
 * may lose more. The settings that a CDN serves otherwise are given in the page.
 */
export const segment: Peer = {
  name: 'segment',
  packageName: '@segment/analytics-next',
  page: ({ modules, endpoint }) => `<script src="${modules}/@segment/analytics-next/dist/umd/index.js"></script>
<script>
  const settings = { apiKey: 'torture', apiHost: '${new URL(endpoint).host}/v1', protocol: 'http' };
  AnalyticsNext.AnalyticsBrowser.load(
    { writeKey: 'torture', cdnSettings: { integrations: { 'Segment.io': settings } } },
    { integrations: { 'Segment.io': settings }, retryQueue: true, disableClientPersistence: false },
  ).then(([analytics]) => {
    globalThis.track = (mark) =>
      void analytics.track('purchase', { mark, itemId: 'item-1', amount: 10, currency: 'EUR' });
  });
</script>`,
  // its server drops a repeated messageId for at least 24 hours ("Handling Duplicate Data")
  parse: (body) => {
    const sent = parseJson(body);
    return isRecord(sent) && isRecord(sent['properties']) ? eventOf(sent['properties']['mark'], sent['messageId']) : [];
  },
  answer: { success: true },
};
