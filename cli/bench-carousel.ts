import { defineCommand } from './command.ts';
import { exitOf } from './gate.ts';

export const carouselBench = defineCommand({
  name: 'bench carousel',
  summary:
    'Compare <rec-carousel> with other carousels in a real browser: layout shift, axe, focus, motion, RTL, size; exit 1 where ours fails',
  options: {
    row: { type: 'string', value: 'NAME', multiple: true, help: 'only this row; all without it, peers installed' },
  },
  run: async ({ row }, io) => {
    const { benchCarousel } = await import('../bench/carousel.ts');
    const result = await benchCarousel({ rows: row, progress: io.progress });
    io.print(result);
    return exitOf(true, result);
  },
});
