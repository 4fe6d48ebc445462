import { defineCommand } from './command.ts';
import { GATE, exitOf } from './gate.ts';
import { parseInteger } from './integer.ts';

export const pageBench = defineCommand({
  name: 'bench page',
  summary: "Load the demo's home page with Nearside's scripts and without: LCP, INP, CLS, long tasks by slate",
  options: {
    loads: { type: 'string', value: 'N', default: '7', help: 'of each page, with the scripts and without' },
    out: { type: 'string', value: 'DIR', help: 'folder whose carousel-bench.md receives the table' },
    gate: GATE,
  },
  run: async ({ loads, out, gate }, io) => {
    const { benchPage } = await import('../bench/home-page.ts');
    const { prepareOutFolder } = await import('../training/out-folder.ts');
    if (out !== undefined) prepareOutFolder(out);
    const count = parseInteger(loads, { flag: 'loads', min: 1, max: 1000 });
    const result = await benchPage({ loads: count, progress: io.progress });
    io.print(result);
    if (out !== undefined) {
      const { writePageTable } = await import('../bench/bench-tables.ts');
      writePageTable(result, out);
    }
    return exitOf(gate, result);
  },
});
