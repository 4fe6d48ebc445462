import { defineCommand } from './command.ts';

export const tortureCommand = defineCommand({
  name: 'torture',
  summary:
    'Kill, crash, close and disconnect a real browser and say what became of its events; exits with 1 for any fault',
  options: {
    row: { type: 'string', value: 'NAME', multiple: true, help: 'only this row; all without it' },
    peer: { type: 'string', value: 'NAME', multiple: true, help: 'this SDK beside the kit, installed when missing' },
    peers: { type: 'boolean', help: 'all of these SDKs; what they do is no fault' },
  },
  run: async ({ row, peer, peers }, io) => {
    const { torture } = await import('../bench/torture.ts');
    const result = await torture({ rows: row, peers: peers ? ['all'] : peer, progress: io.progress });
    io.print(result);
    return result.faults > 0 ? 1 : 0;
  },
});
