import { defineCommand } from './command.ts';
import { exitOf } from './gate.ts';

export const carouselBench = defineCommand({
  name: 'bench carousel',
  summary:
    'Compare <rec-carousel> with other carousels in a real browser: layout shift, axe, focus, motion, RTL, size; exit 1 where ours fails',
  options: {
    row: { type: 'string', value: 'NAME', multiple: true, help: 'only this row; all without it, peers installed' },
    out: { type: 'string', value: 'DIR', help: 'folder whose carousel-bench.md receives the table' },
  },
  run: async ({ row, out }, io) => {
    const { benchCarousel } = await import('../bench/carousel.ts');
    const { prepareOutFolder } = await import('../training/out-folder.ts');
    if (out !== undefined) prepareOutFolder(out);
    const result = await benchCarousel({ rows: row, progress: io.progress });
    io.print(result);
    if (out !== undefined) {
      const { writeCarouselTable } = await import('../bench/bench-tables.ts');
      writeCarouselTable(result, out);
    }
    return exitOf(true, result);
  },
});
