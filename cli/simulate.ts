import { readFileSync } from 'node:fs';
import type { CatalogueItem } from '../training/simulate.ts';
import { defineCommand } from './command.ts';
import { parseInteger } from './integer.ts';
import { UsageError } from './usage-error.ts';

export const simulateCommand = defineCommand({
  name: 'simulate',
  summary: "Write simulated visits as a site's log would hold them, and the truth behind them",
  options: {
    visits: { type: 'string', value: 'N', required: true, help: 'visits to simulate' },
    out: { type: 'string', value: 'DIR', required: true, help: 'folder for events.csv.gz, items.csv.gz, truth.json' },
    seed: { type: 'string', value: 'S', default: '1', help: 'the same seed gives the same bytes' },
    catalogue: { type: 'string', value: 'FILE', help: 'items as JSON; without it, made-up ones' },
    items: { type: 'string', value: 'N', default: '200', help: 'how many items to make up' },
  },
  run: async ({ visits: visitsText, out, seed: seedText, catalogue: file, items: itemsText }, io) => {
    const visits = parseInteger(visitsText, { flag: 'visits', min: 1, max: 1_000_000 });
    const seed = parseInteger(seedText, { flag: 'seed', max: 0xffffffff });
    const itemCount = parseInteger(itemsText, { flag: 'items', min: 2, max: 100_000 });
    const { simulate } = await import('../training/simulate.ts');
    const { createNeutralCatalogue } = await import('../training/simulate-catalogue.ts');
    const { encodeSimulation, writeSimulation } = await import('../training/simulate-files.ts');
    const { prepareOutFolder } = await import('../training/out-folder.ts');
    const catalogue = file === undefined ? createNeutralCatalogue(itemCount, seed) : await readCatalogue(file);
    prepareOutFolder(out);
    io.progress(`simulating ${String(visits)} visits, seed ${String(seed)}`);
    const simulation = simulate({ visits, seed, catalogue });
    writeSimulation(encodeSimulation(simulation, catalogue), out);
    const { shoppers } = simulation.truth;
    io.print({
      events: simulation.events.length,
      items: catalogue.length,
      sessions: visits,
      shoppers: shoppers.length,
      seed,
    });
  },
});

async function readCatalogue(file: string): Promise<CatalogueItem[]> {
  const { parseCatalogue } = await import('../training/simulate-catalogue.ts');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--catalogue "${file}" cannot be read: ${(error as Error).message}`);
  }
  try {
    return parseCatalogue(JSON.parse(text));
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof TypeError ? error.message : 'not JSON'}`);
  }
}
