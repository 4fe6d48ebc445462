import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { defineCommand, runCommand } from '../../cli/command.ts';
import { COMMANDS } from '../../cli/commands.ts';
import { parseInteger } from '../../cli/integer.ts';
import { createIo } from '../../cli/io.ts';
import { type WhyResult, createLog } from '../../collector/index.ts';
import { useProgram } from './cli-process.ts';
import { inputOf, slateEvent } from './why-log.ts';

// each test starts processes, which is slow where many tests share a machine
vi.setConfig({ testTimeout: 30_000 });

const program = useProgram();

async function firstLine(stream: Readable): Promise<string> {
  let line = '';
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    line += String(chunk);
    if (line.includes('\n')) break;
  }
  return line.slice(0, line.indexOf('\n'));
}

const event = (n: number) => ({
  ...{ id: `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`, clientSeq: n, unitId: 'u1', at: 1000 },
  ...{ kind: 'click', consent: 'events', itemId: `item ${String(n)}` },
});

describe('nearside', () => {
  test('lists the commands', async () => {
    for (const args of [[], ['--help']]) {
      const { exit, out, err } = await program.run(...args);
      expect([exit, err]).toEqual([0, '']);
      for (const { name, summary } of COMMANDS)
        expect(out).toMatch(new RegExp(`^  ${name} +${summary.slice(0, 9)}`, 'm'));
    }
  });

  test.each(COMMANDS.map(({ name }) => name))('%s --help', async (name) => {
    const { exit, out, err } = await program.run(...name.split(' '), '--help');
    expect([exit, err]).toEqual([0, '']);
    expect(out).toContain(`nearside ${name}`);
  });

  test.each([
    ['unknown command "colect"', ['colect']],
    ["Unknown option '--foo'", ['events', '--foo']],
    ['events needs --db FILE', ['events']],
    ["Option '--db <value>' argument missing", ['events', '--db']],
    ["Unexpected argument 'x'", ['events', '--db', 'y', 'x']],
    ['missing.sqlite: no such file', ['events', '--db', 'missing.sqlite']],
    [
      'tsconfig.json: file is not a database',
      ['events', '--db', fileURLToPath(new URL('../tsconfig.json', import.meta.url))],
    ],
    ['--port must be a whole number from 0 to 65535, got "65536"', ['collect', '--db', 'x', '--port', '65536']],
    [
      '--allow-origin must be an origin',
      ['collect', '--db', 'x', '--port', '0', '--allow-origin', 'https://a.example/'],
    ],
    ['--db must not be empty', ['collect', '--db', '', '--port', '0']],
    ['":memory:" names no file on disk', ['collect', '--db', ':memory:', '--port', '0']],
    ['--host must not be empty', ['collect', '--db', 'x', '--port', '0', '--host', '']],
    ['--catalogue "" cannot be read', ['simulate', '--visits', '1', '--out', 'x', '--catalogue', '']],
    ['unable to open database file', ['collect', '--db', tmpdir(), '--port', '0']],
  ])('exits 2 with one line: %s', async (message, args) => {
    const { exit, out, err } = await program.run(...args);
    expect([exit, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('collect and events', () => {
  async function collect() {
    const child = program.start(['collect', '--db', program.db, '--port', '0']);
    const { url } = JSON.parse(await firstLine(child.stdout)) as { url: string };
    const post = async (n: number): Promise<unknown> => {
      const body = JSON.stringify({ clientId: 'c1', sentAt: 1, events: [event(n)] });
      const response = await fetch(`${url}/v1/events`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body,
      });
      return ((await response.json()) as { results: unknown }).results;
    };
    return { child, url, post };
  }

  test('an acknowledged event survives SIGKILL, and its id is known after the restart', async () => {
    const first = await collect();
    expect(await first.post(1)).toEqual({ [event(1).id]: { status: 'ok' } });
    first.child.kill('SIGKILL');
    await once(first.child, 'close');
    const { exit, out } = await program.run('events', '--db', program.db);
    expect(exit).toBe(0);
    const arrival = { clientId: 'c1', receivedAt: expect.any(Number) as number, sentAt: 1 };
    expect(JSON.parse(out)).toEqual({ ...event(1), ...arrival });

    const second = await collect();
    expect(await second.post(1)).toEqual({ [event(1).id]: { status: 'duplicate' } });
    expect(await second.post(2)).toEqual({ [event(2).id]: { status: 'ok' } });
    const lines = (await program.run('events', '--db', program.db)).out.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { clientSeq: number }).clientSeq)).toEqual([1, 2]);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('%s stops the collector with exit 0 and a quiet stderr', async (signal) => {
    const { child, post } = await collect();
    const err = text(child.stderr);
    await post(1); // leaves a keep-alive connection open
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(await err).toBe('');
  });

  test('a port that is taken is one line and exit 2', async () => {
    const { url } = await collect();
    const { exit, err } = await program.run(
      'collect',
      '--db',
      join(program.folder, 'other.sqlite'),
      '--port',
      new URL(url).port,
    );
    expect(exit).toBe(2);
    expect(err).toMatch(/^nearside: .*EADDRINUSE.*\n$/);
  });

  test('events ends quietly when its reader goes away', async () => {
    const log = createLog(program.db);
    const rows = Array.from({ length: 5000 }, (_, n) => ({ clientId: 'c1', receivedAt: 1, event: event(n) as never }));
    log.append(rows);
    log.close();
    const child = program.start(['events', '--db', program.db]);
    const err = text(child.stderr);
    expect(JSON.parse(await firstLine(child.stdout))).toMatchObject({ itemId: 'item 0' });
    child.stdout.destroy();
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(await err).toBe('');
  });
});

describe('why', () => {
  test('prints one JSON object on one line; a log of level events is no error', async () => {
    const log = createLog(program.db);
    log.append([{ clientId: 'c1', receivedAt: 1, event: event(1) as never }]);
    const empty = await program.run('why', '--db', program.db, '--item', 'item 1');
    expect([empty.exit, empty.err, empty.out.split('\n')]).toEqual([0, '', [expect.any(String), '']]);
    const { slates, item, notes } = JSON.parse(empty.out) as WhyResult;
    expect([slates, item?.clicks, notes]).toEqual([0, 1, [expect.stringContaining('not observable at level events')]]);
    const cart = slateEvent(inputOf([2, 1], { dropped: ['stock', null] }), { placement: 'cart' });
    log.append([slateEvent(inputOf([2, 1])), cart].map((one) => ({ clientId: 'c1', receivedAt: 1, event: one })));
    log.close();
    const { exit, out } = await program.run('why', '--db', program.db, '--item', 'a', '--placement', 'cart');
    expect([exit, JSON.parse(out)]).toMatchObject([0, { slates: 1, item: { dropped: { stock: 1 } } }]);
  });

  test('a bundle that is none is bad input', async () => {
    createLog(program.db).close();
    const { exit, out, err } = await program.run('why', '--db', program.db, '--bundle', program.folder);
    expect([exit, out, err]).toEqual([2, '', expect.stringContaining('a trained bundle?')]);
  });
});

describe('commands', () => {
  const seen: object[] = [];
  const command = defineCommand({
    name: 'try',
    summary: 'Try',
    options: {
      data: { type: 'string', required: true, help: 'data' },
      size: { type: 'string', default: 'small', help: 'size' },
      note: { type: 'string', help: 'note' },
      fast: { type: 'boolean', help: 'fast' },
      tag: { type: 'string', multiple: true, help: 'tags' },
    },
    run: async (values) => {
      seen.push(values);
      return Promise.resolve(values.fast ? 1 : undefined);
    },
  });
  const io = createIo(new PassThrough(), new PassThrough());

  test('get defaults and repeated flags, and choose between exit 0 and 1', async () => {
    expect(await runCommand(command, ['--data', 'd'], io)).toBe(0);
    expect(await runCommand(command, ['--data=d', '--fast', '--tag', 'a', '--tag', 'b', '--note', ''], io)).toBe(1);
    expect(seen).toEqual([
      { data: 'd', size: 'small', note: undefined, fast: false, tag: [] },
      { data: 'd', size: 'small', note: '', fast: true, tag: ['a', 'b'] },
    ]);
  });

  test('parseInteger takes whole numbers in range only', () => {
    expect(parseInteger('0', { flag: 'n' })).toBe(0);
    expect(parseInteger('-3', { flag: 'n', min: -5 })).toBe(-3);
    for (const wrong of ['', ' 1', '1.5', '1e3', 'abc', '-1', '0x10', '99999999999999999']) {
      expect(() => parseInteger(wrong, { flag: 'n' })).toThrow('--n must be a whole number');
    }
  });
});

describe('progress', () => {
  const record = (isTTY: boolean): string => {
    const stderr = Object.assign(new PassThrough(), { isTTY });
    let now = 0;
    const io = createIo(new PassThrough(), stderr, () => now);
    io.progress('1 of 40');
    io.progress('2 of 40');
    io.progress('other: 1 of 2');
    io.progress('3 of 40');
    now += 10_000;
    io.progress('4 of 40');
    io.print({ done: true });
    return String(stderr.read());
  };

  test('overwrites its line on a terminal and ends it before a result', () => {
    const texts = ['1 of 40', '2 of 40', 'other: 1 of 2', '3 of 40', '4 of 40'];
    expect(record(true)).toBe(`${texts.map((text) => `\r\x1b[2K${text}`).join('')}\n`);
  });

  test('is plain lines elsewhere, a count that goes on at most every 10 s', () => {
    expect(record(false)).toBe('1 of 40\nother: 1 of 2\n3 of 40\n4 of 40\n');
  });
});
