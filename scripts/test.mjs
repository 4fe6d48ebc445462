// `npm test`: builds, runs every test that Node and Chromium can run, and says how many ran where and what was skipped.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = 'build/test-results.json';
const run = (script, args) =>
  spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1;

const built = run('scripts/build.mjs', []);
if (built !== 0) process.exit(built);
rmSync(results, { force: true });
const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`, ...process.argv.slice(2)];
const status = run('node_modules/vitest/vitest.mjs', args);

const { testResults } = JSON.parse(readFileSync(results, 'utf8'));
const tests = testResults.flatMap(({ name, assertionResults }) =>
  assertionResults.map(({ status: state, fullName, failureMessages }) => ({
    ...{ file: relative(root, name), state, fullName },
    message: (failureMessages[0] ?? '').split('\n')[0].slice(0, 300),
  })),
);
const count = (state, folder = 'test/') =>
  tests.filter((test) => test.state === state && test.file.startsWith(folder)).length;
for (const { file, fullName, state, message } of tests) {
  if (state === 'failed') console.log(`failed: ${file}: ${fullName}: ${message}`);
  else if (state !== 'passed') console.log(`skipped: ${file}: ${fullName}`);
}
console.log(`in Node: ${count('passed', 'test/unit/')} passed`);
console.log(`in the browser: ${count('passed', 'test/browser/')} passed`);
console.log(`end to end: ${count('passed', 'test/e2e/')} passed`);
console.log(`with Debian packages: ${count('passed', 'test/debian/')} passed`);
const failed = count('failed');
// a file that could not even be loaded has no tests to count
const broken = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
for (const { name } of broken) console.log(`failed: ${relative(root, name)}: could not be loaded`);
console.log(`${count('passed')} passed, ${failed + broken.length} failed`);
process.exit(status === 0 && failed + broken.length === 0 ? 0 : 1);
