import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { MAX_BATCH_BYTES } from '../src/core/event.ts';
import { type Refusal, isRefusal, refuse } from './refusal.ts';

const inflate = promisify(gunzip);
const TYPES = ['application/json', 'text/plain'];
const TOO_LARGE = refuse(413, 'body_too_large', `a body must not exceed ${String(MAX_BATCH_BYTES)} bytes`);

/**
 * The body's bytes, inflated where `Content-Encoding: gzip` says so. Refuses with 415 any other type or encoding, with
 * 413 more than MAX_BATCH_BYTES as received or inflated (neither is held in memory beyond that), with 400 what cannot
 * be read. `text/plain` is taken because beacons send it without a preflight.
 */
export async function readBody(request: Request): Promise<Uint8Array | Refusal> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!TYPES.includes(type)) return refuse(415, 'type_unsupported', `Content-Type must be ${TYPES.join(' or ')}`);
  const encoding = (request.headers.get('content-encoding') ?? 'identity').trim().toLowerCase();
  if (encoding !== 'identity' && encoding !== 'gzip') {
    return refuse(415, 'encoding_unsupported', 'Content-Encoding must be gzip or absent');
  }
  // the declared length first: the answer then reaches clients that are still sending
  if (Number(request.headers.get('content-length')) > MAX_BATCH_BYTES) return TOO_LARGE;
  const received = await readCapped(request);
  return encoding === 'gzip' && !isRefusal(received) ? inflateCapped(received) : received;
}

async function readCapped(request: Request): Promise<Uint8Array | Refusal> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
      sizeBytes += chunk.length;
      if (sizeBytes > MAX_BATCH_BYTES) return TOO_LARGE;
      chunks.push(chunk);
    }
  } catch {
    return refuse(400, 'body_unreadable', 'the body ended before it was complete');
  }
  return Buffer.concat(chunks);
}

async function inflateCapped(bytes: Uint8Array): Promise<Uint8Array | Refusal> {
  try {
    return await inflate(bytes, { maxOutputLength: MAX_BATCH_BYTES });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ERR_BUFFER_TOO_LARGE' ? TOO_LARGE : refuse(400, 'gzip_invalid', 'the body is not whole gzip data');
  }
}
