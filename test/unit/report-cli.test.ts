import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test, vi } from 'vitest';
import { WORLD_SET, createExperimentRows } from '../../collector/bench/experiment-log.ts';
import { createLog, declareExperiments } from '../../collector/index.ts';
import { useProgram } from './cli-process.ts';

// each test starts processes, which is slow where many tests share a machine
vi.setConfig({ testTimeout: 60_000 });

const program = useProgram();
const TOKEN = 'a-token-of-the-site-1';

function fill(): void {
  const log = createLog(program.db);
  log.append([...createExperimentRows({ seed: 1, units: 80, rate: 0.3, effect: 0, days: 5 })]);
  log.close();
  declareExperiments(program.db, WORLD_SET, 1000);
}

function writeToken(text: string): string {
  const file = join(program.folder, 'token');
  writeFileSync(file, text);
  return file;
}

async function collect(...args: string[]) {
  const child = program.start(['collect', '--db', program.db, '--port', '0', ...args]);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  const statusOf = async (path: string, authorization = ''): Promise<number> =>
    (await fetch(`${url}${path}`, { headers: { authorization } })).status;
  const stop = async (): Promise<unknown[]> => {
    child.kill('SIGTERM');
    return once(child, 'close');
  };
  return { url, statusOf, stop };
}

test('collect shows no reports unless it is given a token for them', async () => {
  fill();
  const { statusOf, stop } = await collect();
  for (const path of ['/reports', '/reports/fresh-first', '/reports/fresh-first.json'])
    expect(await statusOf(path)).toBe(404);
  expect(await stop()).toEqual([0, null]);
});

test('collect --report-token-file shows them to whoever knows it, and stops cleanly', async () => {
  fill();
  const { url, statusOf, stop } = await collect('--report-token-file', writeToken(`${TOKEN}\n`));
  const authorization = `Basic ${btoa(`me:${TOKEN}`)}`;
  for (const path of ['/reports', '/reports/fresh-first', '/reports/fresh-first.json']) {
    expect(await statusOf(path)).toBe(401);
    expect(await statusOf(path, authorization)).toBe(200);
  }
  const { out } = await program.run('report', '--db', program.db, '--experiment', 'fresh-first');
  const served: unknown = await (await fetch(`${url}/reports/fresh-first.json`, { headers: { authorization } })).json();
  const { period, ...printed } = JSON.parse(out) as Record<string, unknown>;
  expect({
    ...printed,
    period: expect.objectContaining({ from: (period as { from: string }).from }) as unknown,
  }).toEqual({ ...(served as object), offPolicy: null });
  expect(await stop()).toEqual([0, null]);
});

test.each([
  ['no such file', undefined],
  ['must hold 16 or more printable ASCII characters on one line', 'short'],
  ['must hold 16 or more printable ASCII characters on one line', `${TOKEN}\n${TOKEN}`],
  ['must hold 16 or more printable ASCII characters on one line', 'mit-ümlauten-und-mehr'],
])('--report-token-file: %s', async (message, content) => {
  const file = content === undefined ? join(program.folder, 'none') : writeToken(content);
  const { exit, err } = await program.run(
    ...['collect', '--db', program.db, '--port', '0', '--report-token-file', file],
  );
  expect([exit, err]).toEqual([2, expect.stringContaining(message)]);
  if (content !== undefined) expect(err).not.toContain(content);
});

test('report --html writes the page beside what it prints', async () => {
  fill();
  const html = join(program.folder, 'report.html');
  const args = ['report', '--db', program.db, '--experiment', 'fresh-first'];
  const { exit, out } = await program.run(...args, '--html', html);
  expect([exit, JSON.parse(out)]).toMatchObject([0, { experiment: 'fresh-first' }]);
  const page = readFileSync(html, 'utf8');
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).toContain('Report on');
  expect(page).toContain('<meta http-equiv="Content-Security-Policy"');
  const { exit: failed, err } = await program.run(...args, '--html', join(program.folder, 'none', 'x.html'));
  expect([failed, err]).toEqual([2, expect.stringContaining('--html')]);
});
