import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { runCommand } from '../../cli/command.ts';
import { COMMANDS } from '../../cli/commands.ts';
import { createLog, writeArchive } from '../../collector/index.ts';
import { parseEvent } from '../../collector/wire-event.ts';
import type { FeedbackEvent } from '../../src/core/event.ts';
import { SCORES_POLICY } from '../../src/core/policy.ts';
import { event, inputOf, slateEvent } from './why-log.ts';

vi.setConfig({ testTimeout: 60_000 });
const folder = mkdtempSync(join(tmpdir(), 'nearside-readers-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const SLATES = 300;
const exploring = (epsilon: number) => ({ ...SCORES_POLICY, exploration: { positions: [0], epsilon, temperature: 1 } });

/** Slates that explored, one in three clicked, over three days; one was altered on its way. */
const events = Array.from({ length: SLATES }, (_, n): FeedbackEvent[] => {
  const slate = slateEvent(inputOf([5, 4, 3, 2, 1], { policy: exploring(0.5) }), { unitId: `u${String(n % 200)}` });
  const { slate: log, slateId = '' } = slate;
  if (log === undefined) throw new Error('no slate');
  const first = log.candidates[log.slots[0]?.[0] ?? 0] ?? '';
  const click = event({ kind: 'click', consent: 'events', slateId, itemId: first, unitId: slate.unitId });
  const altered = { ...slate, slate: { ...log, rulesVersion: 'altered' } };
  return [n === 7 ? altered : slate, ...(n % 3 === 0 ? [click] : [])];
}).flat();
events.push(event({ kind: 'vitals', consent: 'events', vitals: { lcpMs: 1234, navigation: 'reload' } }));

const [file, archived, policy] = [join(folder, 'log.sqlite'), join(folder, 'archive'), join(folder, 'policy.json')];
const log = createLog(file);
log.append(
  events.map((one, n) => {
    const parsed = parseEvent(JSON.parse(JSON.stringify(one)));
    if (parsed.kind !== 'event') throw new Error(JSON.stringify(parsed));
    return {
      clientId: `c${String(n % 3)}`,
      receivedAt: 1_800_000_000_000 + n * 400_000,
      sentAt: n,
      event: parsed.event,
    };
  }),
);
log.close();
writeFileSync(policy, JSON.stringify(exploring(0.7)));
await writeArchive({ logs: [file], outDir: archived });

async function run(args: readonly string[]) {
  const printed: object[] = [];
  const io = {
    print: (object: object) => printed.push(object),
    printAll: async (objects: AsyncIterable<object>) => {
      for await (const object of objects) printed.push(object);
    },
    ...{ write: () => undefined, progress: () => undefined, warn: () => undefined },
  };
  const [name, ...flags] = args;
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) throw new Error(`no command ${String(name)}`);
  return { exit: await runCommand(command, flags, io), json: JSON.stringify(printed) };
}

describe('a reader command prints the same for a log and for its archive', () => {
  test.each([
    ['events', [], `"sentAt":${String(events.length - 1)}`],
    ['recompute', [], `"equal":${String(SLATES - 1)}`],
    ['why', ['--item', 'b'], '"altered":1'],
    ['ope', ['--policy', policy], '"verdict":"estimated"'],
    ['health', [], '"lcpMs":{"n":1,"p50":1234'],
  ])('%s', async (name, flags, told) => {
    const ofLog = await run([name, '--db', file, ...flags]);
    expect(await run([name, '--db', archived, ...flags])).toEqual(ofLog);
    expect(ofLog.json).toContain(told);
  });
});

test.each(['events', 'recompute', 'why', 'health'])('%s says which folder is no archive', async (name) => {
  await expect(run([name, '--db', folder])).rejects.toThrow('is no archive');
});

test('archive reads the stream of NATS_URL where no log is named', async () => {
  const out = join(folder, 'streamed');
  // no address, so that it is told from none and no server is asked
  vi.stubEnv('NATS_URL', 'http://127.0.0.1');
  await expect(run(['archive', '--out', out])).rejects.toThrow('the address of NATS must be');
  expect(await run(['archive', '--out', out, '--db', file])).toMatchObject({ exit: 0 });
});

test('archive needs something to read', async () => {
  vi.stubEnv('NATS_URL', '');
  await expect(run(['archive', '--out', join(folder, 'none')])).rejects.toThrow(
    'archive needs --db FILE or --nats URL',
  );
  await expect(run(['archive', '--out', join(folder, 'none'), '--db', join(folder, 'x')])).rejects.toThrow(
    'no such file',
  );
});
