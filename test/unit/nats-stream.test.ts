import { describe, expect, test } from 'vitest';
import { FORWARD_OPTIONS } from '../../cli/forwarding.ts';
import { STREAM_DAYS } from '../../collector/index.ts';
import { parseNatsUrl } from '../../collector/nats-stream.ts';
import { parseStored } from '../../collector/stored-message.ts';

test('the default of --stream-days is the collector’s', () => {
  expect(Number(FORWARD_OPTIONS['stream-days'].default)).toBe(STREAM_DAYS);
});

describe('the address of NATS', () => {
  test.each([
    ['nats://a:4222', { servers: ['a:4222'] }],
    ['nats://a, nats://b:1', { servers: ['a', 'b:1'] }],
    ['nats://u:p%40@a', { servers: ['a'], user: 'u', pass: 'p@' }],
    ['nats://secret@a', { servers: ['a'], token: 'secret' }],
    ['tls://a', { servers: ['a'], tls: {} }],
  ])('%s', (text, options) => expect(parseNatsUrl(text)).toEqual(options));

  test.each(['', 'a:4222', 'http://a', 'nats://', 'nats://u:secret@'])('"%s" is none, and is not quoted', (text) => {
    const parse = (): unknown => parseNatsUrl(text);
    expect(parse).toThrow('must be such as nats://127.0.0.1:4222');
    expect(parse).not.toThrow('secret');
  });
});

test.each([
  '',
  '{',
  'null',
  '{"kind":"tombstone"}',
  `{"kind":"tombstone","erased":"all","sha256":"${'0'.repeat(64)}","erasedAt":1}`,
  '{"kind":"tombstone","erased":"unit","sha256":"x","erasedAt":1}',
  '{"id":"x","unitId":"u","kind":"click","clientId":"c","receivedAt":1}',
  '{"id":"01890000-0000-7000-8000-000000000000","unitId":"u","kind":"click","clientId":"c"}',
  '{"id":"01890000-0000-7000-8000-000000000000","unitId":"u","kind":"click","receivedAt":1}',
  '{"id":"01890000-0000-7000-8000-000000000000","unitId":"u","kind":"click","clientId":"c","receivedAt":1.5}',
])('a message that is neither event nor tombstone is known as that: %s', (text) => {
  expect(parseStored(text)).toBeUndefined();
});
