// `npm start`: installs and builds what is needed, then runs the demo on the pinned Node.
// Runs under any Node >= 20 and before anything is installed, so it uses nothing but Node itself.
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const pinnedNode = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

let child;
let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    stopping = true;
    child?.kill(signal);
  });
}

if (isInstallNeeded()) await runOrExit(...npm('ci'));
await runOrExit(...npm('run', '-s', 'build'));
process.exit(await run(pinnedNode, [join('demo', 'main.ts')]));

/** npm leaves its own lock file in node_modules when, and only when, an install has finished. */
function isInstallNeeded() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed) || !existsSync(pinnedNode)) return true;
  return statSync(installed).mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs;
}

/** The npm that runs this script, where one does; the command line for `run`. */
function npm(...args) {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js') ? [process.execPath, [script, ...args]] : ['npm', args];
}

async function runOrExit(command, args) {
  const code = await run(command, args);
  // a step that was asked to stop has nothing to complain about
  if (code !== 0 || stopping) process.exit(stopping ? 0 : code);
}

/** Resolves to the exit code; 128 + the signal's number where a signal ended it, as shells have it. */
function run(command, args) {
  return new Promise((resolve) => {
    const shell = process.platform === 'win32' && command === 'npm';
    child = spawn(command, args, { cwd: root, stdio: 'inherit', shell });
    child.on('error', (error) => {
      process.stderr.write(`npm start: cannot run ${command}: ${error.message}\n`);
      resolve(1);
    });
    child.on('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 15)));
  });
}
