import { BACKPACKS } from './backpacks.ts';
import { CLOTHING } from './clothing.ts';
import { FOOTWEAR } from './footwear.ts';
import { FURNITURE } from './furniture.ts';
import { grill } from './grill.ts';
import { HEADWEAR } from './headwear.ts';
import { HOME } from './home.ts';
import { INSTRUMENTS } from './instruments.ts';
import { KITCHEN } from './kitchen.ts';
import { LIGHTING } from './lighting.ts';
import type { SceneName } from './scene.ts';
import { SLEEPING } from './sleeping.ts';
import type { Painter } from './svg.ts';
import { TABLEWARE } from './tableware.ts';
import { TENTS } from './tents.ts';
import { TOOLS } from './tools.ts';

interface Shape {
  readonly paint: Painter;
  /** Where things of this shape are shown. */
  readonly scenes: readonly SceneName[];
}

type Painters = Readonly<Record<string, Painter>>;

const GROUPS: readonly (readonly [Painters, readonly SceneName[]])[] = [
  [TENTS, ['hills', 'forest', 'hills', 'snow']],
  [BACKPACKS, ['meadow', 'forest', 'meadow', 'terrace']],
  [FOOTWEAR, ['meadow', 'terrace', 'meadow', 'hills']],
  [KITCHEN, ['meadow', 'terrace', 'room']],
  [{ ...TABLEWARE, grill }, ['room', 'terrace', 'meadow']],
  [LIGHTING, ['night']],
  [SLEEPING, ['meadow', 'room', 'forest']],
  [CLOTHING, ['rail']],
  [HEADWEAR, ['meadow', 'snow', 'room']],
  [TOOLS, ['flat']],
  [FURNITURE, ['terrace', 'hills', 'forest']],
  [INSTRUMENTS, ['flat']],
  [HOME, ['room', 'terrace']],
];

/** Where a shape has a place of its own. */
const OWN: Readonly<Record<string, readonly SceneName[]>> = {
  ...{
    beach: ['shore'],
    tarp: ['shore', 'forest', 'hills'],
    pavilion: ['terrace', 'hills', 'shore'],
    bell: ['hills', 'forest'],
  },
  ...{
    drybag: ['shore', 'meadow'],
    tote: ['terrace', 'room', 'shore'],
    messenger: ['room', 'terrace'],
    duffel: ['room', 'terrace', 'meadow'],
  },
  ...{ sandal: ['shore', 'meadow'], slipper: ['room'], clog: ['terrace', 'room'], boot: ['hills', 'meadow', 'forest'] },
  ...{ cutlery: ['flat'], board: ['flat'], jerrycan: ['shore', 'forest', 'meadow'], cooler: ['shore', 'terrace'] },
  ...{ grill: ['terrace', 'hills'], burner: ['forest', 'hills', 'meadow'], stove: ['terrace', 'shore', 'hills'] },
  ...{
    hammock: ['meadow'],
    nethammock: ['meadow'],
    flatbag: ['flat'],
    blanketbag: ['flat'],
    cot: ['forest', 'hills', 'room'],
  },
  ...{
    airmat: ['forest', 'meadow', 'hills'],
    pillow: ['room', 'meadow'],
    quilt: ['room'],
    blanket: ['room', 'meadow'],
  },
  ...{
    gloves: ['flat'],
    socks: ['flat'],
    scarf: ['flat'],
    sunglasses: ['flat'],
    sunhat: ['shore', 'terrace', 'meadow'],
  },
  ...{ beanie: ['snow', 'meadow', 'room'], cap: ['meadow', 'terrace', 'hills'], firstaid: ['meadow', 'room'] },
  ...{ binoculars: ['hills', 'forest', 'meadow'], radio: ['terrace', 'room', 'shore'], watch: ['flat'] },
  ...{
    birdhouse: ['forest', 'meadow'],
    firebowl: ['terrace', 'forest'],
    trowel: ['flat'],
    wateringcan: ['terrace', 'meadow'],
  },
  ...{ lowchair: ['shore', 'hills', 'forest'], chair: ['terrace', 'hills', 'forest', 'shore'] },
  ...{ cushion: ['room'], vase: ['room'], deckchair: ['shore', 'terrace'], parasol: ['shore', 'terrace'] },
};

const SHAPES = new Map<string, Shape>(
  GROUPS.flatMap(([painters, scenes]) =>
    Object.entries(painters).map(([name, paint]) => [name, { paint, scenes: OWN[name] ?? scenes }] as const),
  ),
);

/** Names of every shape that can be drawn. */
export const SHAPE_NAMES: readonly string[] = [...SHAPES.keys()];

export function findShape(name: string): Shape {
  const shape = SHAPES.get(name);
  if (shape === undefined) throw new TypeError(`no picture for shape "${name}"`);
  return shape;
}
