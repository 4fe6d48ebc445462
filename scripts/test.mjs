// `npm test`: builds, runs every test that Node and Chromium can run, and says how many ran where and what was skipped.
import { spawnSync } from 'node:child_process';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseCLI, startVitest } from 'vitest/node';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const built = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' }).status ?? 1;
if (built !== 0) process.exit(built);
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
const vitest = await startVitest('test', filter, options);

const PLACES = {
  node: 'in Node',
  'browser (chromium)': 'in the browser',
  e2e: 'end to end',
  'debian (programs)': 'with Debian packages',
};
const describe = (error) => `${error?.name}: ${error?.message}`.split('\n')[0].slice(0, 300);
const modules = vitest.state.getTestModules().map((module) => {
  const { project } = module;
  const place = PLACES[project.name] ?? `in ${project.name}`;
  // the same file runs in Chromium and in the engines that have a project of their name
  const name = relative(root, module.moduleId) + (project.name in PLACES ? '' : ` ${place}`);
  return { place, name, state: module.state(), tests: [...module.children.allTests()] };
});
const tests = modules.flatMap(({ place, name, tests }) =>
  tests.map((test) => {
    const { state, errors = [] } = test.result();
    return { place, name: `${name}: ${test.fullName}`, state, message: describe(errors[0]) };
  }),
);
for (const { name, state, message } of tests) {
  if (state === 'failed') console.log(`failed: ${name}: ${message}`);
  else if (state !== 'passed') console.log(`skipped: ${name}`);
}
const count = (state, place) =>
  tests.filter((test) => test.state === state && (place === undefined || test.place === place)).length;
for (const place of new Set([...Object.values(PLACES), ...modules.map((module) => module.place)]))
  console.log(`${place}: ${count('passed', place)} passed`);
// neither a file that could not even be loaded nor what failed outside all tests has a test to count
const broken = [
  ...modules
    .filter(({ state, tests }) => state === 'failed' && tests.length === 0)
    .map(({ name }) => `${name}: could not be loaded`),
  ...vitest.state.getUnhandledErrors().map((error) => `outside all tests: ${describe(error)}`),
];
for (const what of broken) console.log(`failed: ${what}`);
const failed = count('failed') + broken.length;
console.log(`${count('passed')} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
await vitest.exit(true);
