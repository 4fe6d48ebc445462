import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { ENGINES } from './engines.ts';

/** What Vitest says of the tests of `control/` in an engine. */
async function runControl(engine: string): Promise<string> {
  const args = ['run', '--config=test/debian/control/vitest.config.ts', `--project=${engine}`, '--reporter=tap-flat'];
  return new Promise<string>((resolve, reject) => {
    execFile(process.execPath, ['node_modules/vitest/vitest.mjs', ...args], (error, stdout, stderr) => {
      // it ends with 1 where a test has failed
      if (error?.code === 1) resolve(stdout);
      else reject(new Error(`the control should have failed:\n${stdout}\n${stderr}`));
    });
  });
}

// the tests of the components themselves are in test/browser/: vitest.config.ts runs them in these engines
test.for(ENGINES)(
  'the tests of the components in $name (Debian packages $packages): what fails there is reported',
  async ({ name, isHere }, { skip }) => {
    skip(!isHere);
    const output = await runControl(name);
    const results = [...output.matchAll(/^((?:not )?ok) .* > (.*) #/gm)];
    expect(
      results.map(([, result, test]) => `${result}: ${test}`),
      output,
    ).toEqual([
      'ok: keys and pointer are taken for a visitor’s',
      'ok: the engine is the one that the project names',
      'not ok: fails outside Chromium',
    ]);
  },
);
