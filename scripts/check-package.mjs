// `npm run package:check`: packs the package as it would be published, lints its exports, installs it into an empty
// project and uses every entry from there.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { rollup } from 'rollup';

const root = fileURLToPath(new URL('..', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'nearside-package-'));

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
}

try {
  const { messages, pkg } = await publint({ pkgDir: root, strict: true });
  for (const message of messages) console.log(`${message.type}: ${formatMessage(message, pkg)}`);
  if (messages.some(({ type }) => type === 'error')) throw new Error('publint found errors');

  run('npm', ['pack', '--pack-destination', dir], root);
  const [tarball] = readdirSync(dir).filter((file) => file.endsWith('.tgz'));
  writeFileSync(join(dir, 'package.json'), '{"private":true,"type":"module"}');
  run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `./${tarball}`], dir);
  const check = `
    const { createApp, createLog } = await import('nearside/collector');
    const { attachItems, renderCarousel } = await import('nearside/server');
    const { train } = await import('nearside/training');
    const { createKit } = await import('nearside');
    const { reasonText } = await import('nearside/reasons');
    const { MESSAGES_EN } = await import('nearside/messages/en');
    const { MESSAGES_DE } = await import('nearside/messages/de');
    const { MESSAGES_AR } = await import('nearside/messages/ar');
    if (![MESSAGES_EN, MESSAGES_DE, MESSAGES_AR].every(({ undo, reasons }) => undo && reasons.locale)) process.exit(1);
    const { connectGa4 } = await import('nearside/adapters/ga4');
    const { connectSegment } = await import('nearside/adapters/segment');
    const { connectAmplitude } = await import('nearside/adapters/amplitude');
    const { connectAttributes } = await import('nearside/adapters/attributes');
    const adapters = [connectGa4, connectSegment, connectAmplitude, connectAttributes];
    if (![createApp, createLog, train, createKit, reasonText, attachItems, renderCarousel, ...adapters].every((f) => typeof f === 'function')) process.exit(1);
    for (const entry of ['nearside/worker', 'nearside/define', 'nearside/react', 'nearside/prestyle.css', 'nearside/rec-carousel.css', 'nearside/rules.schema.json', 'nearside/custom-elements.json', 'nearside/vscode.html-custom-data.json']) import.meta.resolve(entry);
  `;
  run(process.execPath, ['--input-type=module', '-e', check], dir);
  const installed = join(dir, 'node_modules/nearside');
  const { customElements } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  if (!existsSync(join(installed, customElements))) throw new Error(`customElements names no file: ${customElements}`);
  const page = join(dir, 'page.mjs');
  const wrapped = "import { RecCarousel } from 'nearside/react'; console.log(RecCarousel);";
  for (const code of ["import 'nearside/define';", wrapped]) {
    writeFileSync(page, code);
    const external = ['react', '@lit/react'];
    const bundle = await rollup({ input: page, external, plugins: [nodeResolve({ browser: true })] });
    const { output } = await bundle.generate({ format: 'es' });
    if (!output[0].code.includes('customElements.define')) throw new Error(`a bundler drops what it does: ${code}`);
  }
  // a typing that misses its framework would turn into any, and every @ts-expect-error of it into an error
  cpSync(join(root, 'test/types'), join(dir, 'types'), { recursive: true });
  for (const name of ['@lit/react', '@types/react', 'csstype', 'react', 'svelte', 'vue']) {
    mkdirSync(dirname(join(dir, 'node_modules', name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(dir, 'node_modules', name));
  }
  const compilerOptions = {
    module: 'NodeNext',
    strict: true,
    noEmit: true,
    jsx: 'react-jsx',
    target: 'ES2023',
    types: [],
  };
  writeFileSync(join(dir, 'types/tsconfig.json'), JSON.stringify({ compilerOptions }));
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'types'], dir);
  const help = run(process.execPath, ['node_modules/nearside/dist/cli/nearside.js', '--help'], dir);
  if (!existsSync(join(dir, 'node_modules/nearside/recipes/pytorch/train.py'))) {
    throw new Error('docs/bring-your-own-model.md names a recipe that is not packed');
  }
  for (const [command, missing] of [
    ['collect --db log --port 0 --nats nats://127.0.0.1:1', '@nats-io/transport-node @nats-io/jetstream'],
    ['archive --out archive --nats nats://127.0.0.1:1', '@duckdb/node-api'],
  ]) {
    const args = ['node_modules/nearside/dist/cli/nearside.js', ...command.split(' ')];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: dir, encoding: 'utf8' });
    if (status !== 2 || !stderr.includes(`npm install ${missing}\n`)) throw new Error(`${command} says: ${stderr}`);
  }
  if (!help.includes('train')) throw new Error('the installed program does not list its commands');
  console.log('the packed package installs and every entry loads');
} catch (error) {
  console.error(String(error.message ?? error));
  process.exitCode = 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}
