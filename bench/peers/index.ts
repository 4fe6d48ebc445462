import { amplitude } from './amplitude.ts';
import { mixpanel } from './mixpanel.ts';
import type { Peer } from './peer.ts';
import { posthog } from './posthog.ts';
import { rudderstack } from './rudderstack.ts';
import { segment } from './segment.ts';
import { snowplow } from './snowplow.ts';

export const PEERS: readonly Peer[] = [amplitude, mixpanel, posthog, rudderstack, segment, snowplow];
