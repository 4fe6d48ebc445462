// `npm run -s nearside -- COMMAND`: the program from source, on the pinned Node. What runs in a browser is built first.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const fromHere = (path) => fileURLToPath(new URL(path, import.meta.url));
const args = process.argv.slice(2);
const inBrowser = ['replay', 'bench carousel', 'bench page', 'bench publish'];
const needsBuild = inBrowser.includes(args[0] === 'bench' ? `bench ${args[1]}` : args[0]) && !args.includes('--help');

if (needsBuild) {
  const build = spawnSync(process.execPath, [fromHere('build.mjs')], { stdio: ['ignore', 2, 2] });
  if (build.status !== 0) process.exit(build.status ?? 1);
}
// npm puts the pinned Node first where it is installed; an older one cannot even read the program
if (!process.features.typescript) {
  console.error('this needs what `npm ci` installs, the pinned Node among it; run that first');
  process.exit(2);
}
await import('../cli/nearside.ts');
