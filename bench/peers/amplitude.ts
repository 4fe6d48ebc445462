import { isRecord } from '../../src/core/guards.ts';
import { type Peer, eventOf, parseJson, recordsOf } from './peer.ts';

/**
 * Options from "Browser SDK 2" of the Amplitude docs. Unsent events are kept in local storage by default;
 * `flushMaxRetries` is raised from 5, after which an event is given up; and the docs' own handler of `pagehide`
 * sends what waits by `sendBeacon`: without it more is lost.
 */
export const amplitude: Peer = {
  name: 'amplitude',
  packageName: '@amplitude/analytics-browser',
  page: ({
    modules,
    endpoint,
  }) => `<script src="${modules}/@amplitude/analytics-browser/lib/scripts/amplitude-min.js"></script>
<script>
  amplitude.init('torture', {
    serverUrl: '${endpoint}/2/httpapi', flushMaxRetries: 1000, autocapture: false, defaultTracking: false,
    remoteConfig: { fetchRemoteConfig: false }, enableDiagnostics: false,
  }).promise.then(() => {
    globalThis.track = (mark) =>
      amplitude.track('purchase', { mark, itemId: 'item-1', amount: 10, currency: 'EUR' });
  });
  addEventListener('pagehide', () => { amplitude.setTransport('beacon'); amplitude.flush(); });
</script>`,
  // "Amplitude ignores subsequent events sent with the same [...] insert_id within the past seven days" (Track your progress)
  parse: (body) => {
    const sent = parseJson(body);
    return recordsOf(isRecord(sent) ? sent['events'] : undefined).flatMap(({ event_properties, insert_id }) =>
      eventOf(isRecord(event_properties) ? event_properties['mark'] : undefined, insert_id),
    );
  },
  answer: { code: 200, events_ingested: 1, payload_size_bytes: 1, server_upload_time: 1 },
};
