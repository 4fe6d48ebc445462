import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test, vi } from 'vitest';
import { createLog } from '../../collector/index.ts';
import type { FeedbackEvent } from '../../src/core/event.ts';
import { type Ended, PROGRAM, useProgram } from './cli-process.ts';

// each test starts processes, which is slow where many tests share a machine
vi.setConfig({ testTimeout: 60_000 });

const program = useProgram();

const jsonOf = ({ out }: Ended): unknown => JSON.parse(out);

async function collect(...args: string[]) {
  const child = program.start(['collect', '--db', program.db, '--port', '0', ...args]);
  const err = text(child.stderr).catch(() => 'unread');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  const post = async (batch: object, headers: Record<string, string> = {}) => {
    const body = JSON.stringify({ clientId: 'c1', ...batch });
    const init = { method: 'POST', headers: { 'content-type': 'text/plain', ...headers }, body };
    const response = await fetch(`${url}/v1/events`, init);
    return { status: response.status, json: (await response.json()) as { results?: object; error?: { code: string } } };
  };
  const stop = async (): Promise<string> => {
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
    return err;
  };
  return { post, stop, url, child };
}

const uuid = (n: number): string => `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const event = (n: number, more: object = {}) => ({
  ...{ id: uuid(n), clientSeq: n, unitId: 'u1', at: 1000, kind: 'click', consent: 'events', ...more },
});

describe('collect', () => {
  test('takes batches with a key of --keys alone, from its origins', async () => {
    const keys = join(program.folder, 'keys.json');
    writeFileSync(keys, JSON.stringify({ keys: { pk_shop: { origins: ['https://shop.example'] } } }));
    const { post, stop } = await collect('--keys', keys, '--allow-origin', 'https://any.example');
    expect((await post({ events: [] })).json.error?.code).toBe('key_unknown');
    const key = 'pk_shop';
    for (const [origin, status] of [
      ['https://shop.example', 200],
      ['https://any.example', 200],
      ['https://x.example', 403],
    ] as const) {
      expect((await post({ key, events: [] }, { origin })).status).toBe(status);
    }
    expect(await stop()).toBe('');
  });

  test.each([
    ['no such file', undefined],
    ['in JSON at position', '{'],
    ['keys.a.origins: expected a list', '{"keys":{"a":{}}}'],
  ])('--keys: %s', async (message, content) => {
    const keys = join(program.folder, 'keys.json');
    if (content !== undefined) writeFileSync(keys, content);
    const { exit, err } = await program.run('collect', '--db', program.db, '--port', '0', '--keys', keys);
    expect([exit, err]).toEqual([2, expect.stringContaining(message)]);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  test('--rate limits an address, --log requests says what happened and nothing of what was sent', async () => {
    const { post, stop, url } = await collect('--rate', '1', '--log', 'requests');
    const statuses: number[] = [];
    for (let n = 0; n < 12; n++) {
      statuses.push(
        (await post({ clientId: 'planted', events: [event(n, { itemId: 'planted' }), event(99, { kind: 'planted' })] }))
          .status,
      );
    }
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(200));
    expect(statuses.at(-1)).toBe(429);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain(
      'nearside_batches_total{status="429",code="rate_limited"}',
    );
    const err = await stop();
    const lines = err
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toHaveLength(12);
    const time = expect.stringMatching(/^\d{4}-.*Z$/) as string;
    const durationMs = expect.any(Number) as number;
    const sizeBytes = expect.any(Number) as number;
    const request = { time, level: 'info', event: 'request', durationMs, sizeBytes };
    expect(lines[0]).toEqual({ ...request, status: 200, events: 2 });
    expect(lines[11]).toEqual({ ...request, status: 429, code: 'rate_limited', events: 0 });
    expect(err).not.toContain('planted');
  });

  test('goes on when nobody reads what it says', async () => {
    const { post, stop, child } = await collect('--log', 'requests');
    child.stderr.destroy();
    // the first line finds the reader gone, and would end the process before the next is taken
    for (const n of [1, 2, 3]) expect((await post({ events: [event(n)] })).status).toBe(200);
    await stop();
  });

  test('--retain-days deletes what is older when it starts', async () => {
    const log = createLog(program.db);
    const store = (n: number, receivedAt: number) =>
      log.append([{ clientId: 'c1', receivedAt, event: event(n) as FeedbackEvent }]);
    store(1, Date.now() - 3 * 86_400_000);
    store(2, Date.now());
    const { stop } = await collect('--retain-days', '2');
    await vi.waitFor(() => expect([...log.read()].map((row) => row.event.id)).toEqual([uuid(2)]), 10_000);
    expect(await stop()).toBe('');
    log.close();
  });

  test.each([
    ['--rate must be a whole number from 1', ['--rate', '0']],
    ['--retain-days must be a whole number from 1', ['--retain-days', '0']],
    ['--max-connections must be a whole number from 1', ['--max-connections', '0']],
    ['--log must be failures or requests', ['--log', 'all']],
  ])('%s', async (message, args) => {
    const { exit, err } = await program.run('collect', '--db', program.db, '--port', '0', ...args);
    expect([exit, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('beside a running collector', () => {
  test('dead-letters counts by code, and --replay stores what is valid by now, as it came', async () => {
    const { post, stop } = await collect();
    await post({ sentAt: 7, events: [event(1, { kind: 'later' }), event(2, { at: -1 }), event(3)] });
    const times = { oldestAt: expect.any(Number) as number, newestAt: expect.any(Number) as number };
    const before = { deadLetters: 2, codes: { at_invalid: 1, kind_invalid: 1 }, ...times };
    expect(jsonOf(await program.run('dead-letters', '--db', program.db))).toEqual(before);
    const nothing = { ok: 0, duplicate: 0, erased: 0, personal_data: 0 };
    expect(jsonOf(await program.run('dead-letters', '--db', program.db, '--replay'))).toEqual({
      ...before,
      replayed: nothing,
    });
    // a later version knows the kind: here its letter becomes one that this version knows
    const database = new DatabaseSync(program.db);
    database.exec(`UPDATE dead_letters SET body = replace(body, '"later"', '"click"')`);
    database.close();
    const after = { deadLetters: 1, codes: { at_invalid: 1 }, ...times };
    expect(jsonOf(await program.run('dead-letters', '--db', program.db, '--replay'))).toEqual({
      ...after,
      replayed: { ...nothing, ok: 1 },
    });
    expect((await post({ events: [event(1)] })).json.results).toEqual({ [uuid(1)]: { status: 'duplicate' } });
    await stop();
    const log = createLog(program.db);
    expect([...log.read()].at(-1)).toMatchObject({ clientId: 'c1', sentAt: 7, event: event(1) });
    log.close();
  });

  test('erase deletes to the last byte, and late copies are dropped', async () => {
    const { post, stop } = await collect();
    await post({ clientId: 'planted-client', events: [event(1), event(2, { kind: 'planted-kind' })] });
    await post({ clientId: 'c2', events: [event(3, { unitId: 'planted-unit' }), event(4)] });
    const args = ['--client', 'planted-client', '--unit', 'planted-unit', '--account', 'planted-account'];
    const tombstone = (kind: string) => ({
      kind,
      sha256: expect.any(String) as string,
      erasedAt: expect.any(Number) as number,
    });
    expect(jsonOf(await program.run('erase', '--db', program.db, ...args))).toEqual({
      ...{ deleted: 2, deletedDeadLetters: 1 },
      tombstones: ['client', 'unit', 'account'].map(tombstone),
    });
    const erased = { status: 'drop', code: 'erased' };
    const late = await post({
      clientId: 'planted-client',
      events: [event(1), event(5), event(6, { kind: 'planted-kind' })],
    });
    expect(late.json.results).toEqual({
      ...{ [uuid(1)]: erased, [uuid(5)]: erased },
      [uuid(6)]: { status: 'drop', code: 'kind_invalid' },
    });
    const account = await post({ clientId: 'c3', events: [event(7, { unitId: 'planted-account' })] });
    expect(account.json.results).toEqual({ [uuid(7)]: erased });
    for (const name of [program.db, `${program.db}-wal`, `${program.db}-shm`])
      expect(readFileSync(name, 'latin1')).not.toContain('planted');
    expect(jsonOf(await program.run('events', '--db', program.db))).toMatchObject(event(4));
    // a restored backup has tombstones and rows: no id is needed
    const nothing = { deleted: 0, deletedDeadLetters: 0, tombstones: [] };
    expect(jsonOf(await program.run('erase', '--db', program.db))).toEqual(nothing);
    await stop();
  });

  test('retain deletes what is older', async () => {
    const log = createLog(program.db);
    log.append([{ clientId: 'c1', receivedAt: Date.now() - 3 * 86_400_000, event: event(1) as FeedbackEvent }]);
    const { post, stop } = await collect();
    await post({ events: [event(2)] });
    const deleted = { deleted: 1, deletedDeadLetters: 0 };
    expect(jsonOf(await program.run('retain', '--db', program.db, '--days', '2'))).toEqual(deleted);
    expect((await post({ events: [event(1)] })).json.results).toEqual({ [uuid(1)]: { status: 'duplicate' } });
    expect([...log.read()]).toHaveLength(1);
    log.close();
    await stop();
  });

  test.each([
    ['missing.sqlite: no such file', ['dead-letters', '--db', 'missing.sqlite']],
    ['missing.sqlite: no such file', ['erase', '--db', 'missing.sqlite', '--client', 'x']],
    ['missing.sqlite: no such file', ['retain', '--db', 'missing.sqlite', '--days', '1']],
    ['an empty id or key is nobody', ['erase', '--db', 'x', '--unit', '']],
    ['--days must be a whole number from 1', ['retain', '--db', PROGRAM, '--days', '0']],
  ])('exits 2: %s', async (message, args) => {
    const { exit, err } = await program.run(...args);
    expect([exit, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

test('health sums up what pages told', async () => {
  const log = createLog(program.db);
  const pages = [
    event(1, { kind: 'vitals', vitals: { lcpMs: 900, cls: 0.1 } }),
    event(2, { kind: 'health', health: { tiers: { wasm: 2 }, slateMs: { n: 2, p50: 9, max: 12 } } }),
    event(3, { kind: 'health', lost: { no_room: 5 } }),
  ] as FeedbackEvent[];
  log.append(pages.map((one) => ({ clientId: 'c1', receivedAt: 1, event: one })));
  log.close();
  const health = await program.run('health', '--db', program.db);
  expect([health.exit, jsonOf(health)]).toMatchObject([
    0,
    {
      pages: { vitals: 1, health: 1 },
      lcpMs: { n: 1, p75: 900 },
      tiers: { wasm: 2 },
      lost: { events: { no_room: 5 } },
    },
  ]);
  const missing = await program.run('health', '--db', `${program.db}-none`);
  expect([missing.exit, missing.err]).toEqual([2, expect.stringContaining('no such file')]);
});
