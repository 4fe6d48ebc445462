import { readFileSync } from 'node:fs';
import type { CatalogueItem } from '../training/simulate-model.ts';
import { defineCommand } from './command.ts';
import { parseInteger, parseSeed } from './integer.ts';
import { parseNumber } from './number.ts';
import { UsageError } from './usage-error.ts';

export const simulateCommand = defineCommand({
  name: 'simulate',
  summary: "Write simulated visits as a site's log would hold them, and the truth behind them",
  options: {
    visits: { type: 'string', value: 'N', required: true, help: 'visits to simulate' },
    out: { type: 'string', value: 'DIR', required: true, help: 'folder for events, items, impressions and the truth' },
    seed: { type: 'string', value: 'S', default: '1', help: 'the same seed gives the same bytes' },
    catalogue: { type: 'string', value: 'FILE', help: 'items as JSON; without it, made-up ones' },
    items: { type: 'string', value: 'N', default: '200', help: 'how many items to make up' },
    drift: { type: 'string', value: 'D', default: '0.3', help: 'how far tastes move in a week, 0 to 1' },
    'position-bias': { type: 'string', value: 'E', default: '0.8', help: 'place k is looked at in 1 of k^E lists' },
    'lag-events': {
      type: 'string',
      value: 'N',
      default: '2',
      help: "newest rows of a visit that its lists don't know",
    },
    'lag-minutes': { type: 'string', value: 'N', default: '60', help: 'minutes by which item counts are behind' },
  },
  run: async ({ out, catalogue: file, items, ...values }, io) => {
    const seed = parseSeed(values.seed);
    const itemCount = parseInteger(items, { flag: 'items', min: 2, max: 100_000 });
    const options = {
      visits: parseInteger(values.visits, { flag: 'visits', min: 1, max: 200_000 }),
      seed,
      drift: parseNumber(values.drift, { flag: 'drift', max: 1 }),
      positionBias: parseNumber(values['position-bias'], { flag: 'position-bias', max: 5 }),
      lagEvents: parseInteger(values['lag-events'], { flag: 'lag-events', max: 1000 }),
      lagMinutes: parseInteger(values['lag-minutes'], { flag: 'lag-minutes', max: 100_000 }),
    };
    const { simulate } = await import('../training/simulate.ts');
    const { createNeutralCatalogue } = await import('../training/simulate-catalogue.ts');
    const { encodeSimulation, writeSimulation } = await import('../training/simulate-files.ts');
    const { prepareOutFolder } = await import('../training/out-folder.ts');
    const catalogue = file === undefined ? createNeutralCatalogue(itemCount, seed) : await readCatalogue(file);
    prepareOutFolder(out);
    io.progress(`simulating ${String(options.visits)} visits, seed ${String(seed)}`);
    const simulation = simulate({ ...options, catalogue });
    writeSimulation(encodeSimulation(simulation, catalogue), out);
    io.print({
      events: simulation.events.length,
      items: catalogue.length,
      sessions: options.visits,
      slates: simulation.slates.length,
      shoppers: simulation.truth.shoppers,
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
