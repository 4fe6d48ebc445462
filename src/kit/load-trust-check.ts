import { type TrustCheck, refuseBundle } from '../core/bundle-trust.ts';
import { FETCH_DEADLINE_MS } from '../sync/bundle.ts';
import { within } from './within.ts';

/** The check is a chunk of its own: its bytes would be idle in a page that asks for no signature. */
export function loadTrustCheck(keys: readonly Uint8Array[]): TrustCheck {
  // at once, while the manifest is still on its way
  const loaded = within(import('../core/trust-check.ts'), FETCH_DEADLINE_MS, []).then(
    (module) => (typeof module === 'string' ? module : module.createTrustCheck(keys)),
    (error: unknown) => String(error),
  );
  return async (...given) => {
    const check = await loaded;
    if (typeof check !== 'string') return check(...given);
    return refuseBundle('bundle_signature_unsupported', `the script that checks signatures did not load: ${check}`);
  };
}
