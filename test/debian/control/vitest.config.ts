import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { componentProject } from '../component-project.ts';
import { ENGINES } from '../engines.ts';

export default defineConfig({
  root: fileURLToPath(new URL('../../..', import.meta.url)),
  test: {
    projects: [
      componentProject({ name: 'control', include: ['test/debian/control/engine-control.ts'], engines: ENGINES }),
    ],
  },
});
