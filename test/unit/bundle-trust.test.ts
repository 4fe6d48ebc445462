import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeBase64 } from '../../src/core/base64.ts';
import { type BundleTrust, checkManifest } from '../../src/core/bundle-trust.ts';
import { verifyEd25519 } from '../../src/core/ed25519.ts';
import { type Manifest, parseManifest } from '../../src/core/manifest.ts';
import { parseSignature, publishedText } from '../../src/core/manifest-signature.ts';
import { isProblem } from '../../src/core/problem.ts';
import { parsePublicKey } from '../../src/core/public-key.ts';
import { createKeyId, createTrustCheck } from '../../src/core/trust-check.ts';
import { type Files, createSigner, readManifest, testCrypto, withManifest } from '../signer.ts';

const demo = new Map([
  ['manifest.json', new Uint8Array(readFileSync(new URL('../../demo/bundle/manifest.json', import.meta.url)))],
]);
const textOf = (files: Files): string => new TextDecoder().decode(files.get('manifest.json'));
const rawKey = (text: string): Uint8Array => parsePublicKey(text) ?? new Uint8Array();

describe('the standards', () => {
  // RFC 8037 appendix A: its key, thumbprint and signature
  const key = rawKey('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo');
  const text = 'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc';
  const url = 'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg';
  const signature = decodeBase64(url.replaceAll('-', '+').replaceAll('_', '/')) ?? new Uint8Array();

  test('a key’s id is its RFC 7638 thumbprint', async () => {
    expect(await createKeyId(key, testCrypto)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  test('Ed25519 takes the published signature and no other', async () => {
    expect(await verifyEd25519(testCrypto, { text, signature, publicKey: key })).toBe(true);
    expect(await verifyEd25519(testCrypto, { text: `${text}.`, signature, publicKey: key })).toBe(false);
    // S + L says the same to a careless verifier (RFC 8032 section 5.1.7)
    const order = [0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14];
    const malleable = signature.slice();
    let carry = 0;
    for (let i = 0; i < 32; i++) {
      const sum = malleable[32 + i] + (order[i] ?? (i === 31 ? 0x10 : 0)) + carry;
      malleable[32 + i] = sum & 255;
      carry = sum >> 8;
    }
    expect(await verifyEd25519(testCrypto, { text, signature: malleable, publicKey: key })).toBe(false);
    expect(await verifyEd25519(testCrypto, { text, signature: signature.slice(1), publicKey: key })).toBe(false);
  });

  test('a manifest is spelled as RFC 8785 says', () => {
    // its section 3.2.3 (sorting) and 3.2.2 (numbers and texts)
    const value = {
      '€': 'Euro',
      '\r': 'CR',
      '1': 'One',
      '😂': 'Smiley',
      ö: 'o',
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3],
    };
    expect(publishedText(value)).toBe(
      '{"\\r":"CR","1":"One","numbers":[333333333.3333333,1e+30,4.5,0.002],"ö":"o","€":"Euro","😂":"Smiley"}',
    );
  });
});

test('a public key is 32 bytes in either base64', async () => {
  const { publicKey } = await createSigner();
  expect(rawKey(publicKey).length).toBe(32);
  const padded = `${publicKey.replaceAll('-', '+').replaceAll('_', '/')}=`;
  expect(rawKey(padded)).toEqual(rawKey(publicKey));
  for (const text of ['', publicKey.slice(2), `${publicKey}AA`, `${publicKey.slice(1)}!`, '{}']) {
    expect(parsePublicKey(text)).toBeUndefined();
  }
});

test('a signature has one shape and one spelling', () => {
  const value = `${'A'.repeat(86)}==`;
  expect(parseSignature({ keyId: 'k', value })?.length).toBe(64);
  const others = [`${'A'.repeat(86)}`, `${'A'.repeat(85)}B==`, `${value} `, 'AAAA', '', 7];
  for (const other of others) expect(parseSignature({ keyId: 'k', value: other })).toBeUndefined();
  const shapes = [null, 'text', [], {}, { value }, { keyId: 7, value }, { keyId: 'k', value, more: 1 }];
  for (const shape of shapes) expect(parseSignature(shape)).toBeUndefined();
});

describe('a manifest that no tool writes', () => {
  const text = textOf(demo);
  const changed = (change: (manifest: Manifest) => object): string =>
    JSON.stringify({ ...readManifest(demo), ...change(readManifest(demo)) });
  const NO_CANDIDATES = { candidates: [], logits: [], linear: [] };
  const deep = '['.repeat(40) + ']'.repeat(40);
  const cases: [string, string][] = [
    ['a prototype key', text.replace('{', '{"__proto__":{"release":9},')],
    ['a constructor', text.replace('"heads":[{', '"heads":[{"constructor":1,')],
    ['a number beyond all bounds', text.replace('"sizeBytes":', '"more":1e999,"sizeBytes":')],
    ['levels without end', text.replace('{', `{"more":${deep},`)],
    ['30,000 levels', text.replace('{', `{"more":${'['.repeat(30_000)}${']'.repeat(30_000)},`)],
    ['3 MB', text.replace('{', `{"more":"${'x'.repeat(3_000_000)}",`)],
    ['a list', `[${text}]`],
    ['a byte order mark', `\ufeff${text}`],
    ['golden rows without their scores', text.replace('"logits":[', '"logits":[0,')],
    ['golden rows that are texts', text.replace('"golden":[', '"golden":["x",')],
    ['no golden row', text.replace(/"golden":\[.*\],"trainingWindow"/, '"golden":[],"trainingWindow"')],
    ['a golden row without candidates', changed(({ golden }) => ({ golden: [{ ...golden[0], ...NO_CANDIDATES }] }))],
    ['logits of fewer heads than it names', changed(({ heads }) => ({ heads: [...heads, { name: 'more' }] }))],
    ['no heads', changed(() => ({ heads: [] }))],
    ['heads without a name', changed(({ heads }) => ({ heads: heads.map((head, i) => (i === 1 ? {} : head)) }))],
    ['a head of an empty name', changed(({ heads }) => ({ heads: heads.map(() => ({ name: '' })) }))],
    ['heads of one name', changed(({ heads }) => ({ heads: heads.map(() => heads[0]) }))],
    ['no training window', changed(() => ({ trainingWindow: undefined }))],
    ['a training window without an end', changed(({ trainingWindow: { from } }) => ({ trainingWindow: { from } }))],
    [
      'a training window up to no date',
      changed(({ trainingWindow }) => ({ trainingWindow: { ...trainingWindow, to: 'lately' } })),
    ],
    ['a date that is a number', changed(() => ({ createdAt: 1_800_000_000_000 }))],
    ['a size that is a text', text.replace(/"sizeBytes":\d+/, '"sizeBytes":"9"')],
  ];
  test.each(cases)('%s is refused', (_, odd) => {
    expect(odd).not.toBe(text);
    const manifest = parseManifest(odd);
    expect(isProblem(manifest) && manifest.code).toBe('bundle_manifest_invalid');
  });

  test('fields that it does not know are taken', () => {
    const more = parseManifest(text.replace('{', '{"ours":{"MRR":0.5},'));
    expect(more).toMatchObject({ ours: { MRR: 0.5 } });
  });
});

describe('judging', async () => {
  const signer = await createSigner();
  const NOON = Date.UTC(2026, 0, 7, 12);
  const trust: BundleTrust = {
    ...{ now: NOON, releases: {}, crypto: testCrypto },
    check: createTrustCheck([rawKey(signer.publicKey)]),
  };
  const judge = async (files: Files, change: Partial<BundleTrust> = {}): Promise<string> => {
    const judged = await checkManifest(textOf(files), { ...trust, ...change });
    return isProblem(judged) ? judged.code : 'good';
  };

  test('a signed manifest is good, also with keys it does not know in it', async () => {
    expect(await judge(await signer.sign(demo))).toBe('good');
    expect(await judge(await signer.sign(demo, { metrics: { MRR: 0.5 } } as never))).toBe('good');
  });

  test('signed fields of a wrong kind are refused, though the signature fits', async () => {
    const odd: object[] = [
      ...[0, -1, 1.5, '2', null, 2 ** 53].map((release) => ({ release })),
      ...['2026-01-31', 'soon', 1_800_000_000_000, null, '2026-99-01T00:00:00Z'].map((expiresAt) => ({ expiresAt })),
      { retrainBy: 'soon' },
    ];
    for (const change of odd) expect(await judge(await signer.sign(demo, change))).toBe('bundle_manifest_invalid');
  });

  test('expiry and release are bounds', async () => {
    const files = await signer.sign(demo, { release: 5, expiresAt: new Date(NOON).toISOString() });
    expect(await judge(files, { now: NOON - 1, releases: { [signer.keyId]: 5 } })).toBe('good');
    expect(await judge(files, { now: NOON - 1, releases: { [signer.keyId]: 6 } })).toBe('bundle_outdated');
    expect(await judge(files)).toBe('bundle_expired');
    expect(await judge(files, { now: Number.NaN })).toBe('bundle_expired');
    expect(await judge(files, { now: NOON - 1, releases: { [signer.keyId]: 6 }, check: null })).toBe('good');
  });

  test('the id has to be that of the files, signed or not', async () => {
    const other = withManifest(demo, { ...readManifest(demo), modelId: 'f'.repeat(64) });
    expect(await judge(other, { check: null })).toBe('bundle_mixed');
    expect(await judge(await signer.sign(other))).toBe('bundle_mixed');
  });

  test('a bit anywhere in a signed manifest counts', async () => {
    const [{ moment, candidates }] = readManifest(demo).golden;
    // a short one: every bit costs a check
    const row = { moment, signals: [], known: [], candidates: [{ id: candidates[0].id }], logits: [0], linear: [0] };
    const short = { ...readManifest(demo), heads: [{ name: 'click' }], dataProfile: {}, golden: [row] };
    const files = await signer.sign(withManifest(demo, short));
    expect(await judge(files)).toBe('good');
    const bytes = files.get('manifest.json') ?? new Uint8Array();
    const accepted: number[] = [];
    // a step that is coprime to 8 meets every bit of a byte in turn
    for (let bit = 0; bit < bytes.length * 8; bit += 13) {
      const changed = bytes.slice();
      changed[bit >> 3] ^= 1 << (bit & 7);
      if ((await judge(new Map([['manifest.json', changed]]))) === 'good') accepted.push(bit);
    }
    expect(accepted).toEqual([]);
  });
});
