import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { chosenProjects } from '../chosen-projects.ts';
import { componentProject } from './component-project.ts';
import { ENGINES } from './engines.ts';

// needs programs from Debian's packages and a quarter of an hour: runs where it is asked for, else listed as skipped
const runs = ['debian', ...ENGINES.map(({ name }) => name)].some((name) => chosenProjects.includes(name));
const engines = ENGINES.filter(({ isHere }) => runs && isHere);

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    name: 'debian',
    projects: [
      {
        test: {
          name: 'programs',
          ...(runs ? {} : { testNamePattern: /^$/ }),
          include: ['test/debian/**/*.test.ts'],
          environment: 'node',
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      componentProject({ name: 'components', include: ['test/browser/{carousel,controls,rec-}*.test.ts'], engines }),
    ],
  },
});
