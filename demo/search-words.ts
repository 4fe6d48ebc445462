/** What people call things of a shape, where its name and the titles do not say so. */
export const SHAPE_WORDS: Readonly<Record<string, string>> = {
  ...{ ridge: 'tent', dome: 'tent', tunnel: 'tent', bell: 'tent', cabin: 'tent' },
  ...{ tarp: 'tarp shade', beach: 'beach tent', pavilion: 'gazebo party tent' },
  ...{ daypack: 'backpack rucksack', rolltop: 'backpack rucksack', trek: 'backpack rucksack' },
  ...{ tote: 'shopping bag', duffel: 'holdall travel bag', hippack: 'bum bag hip bag' },
  ...{ messenger: 'satchel shoulder bag', drybag: 'dry bag waterproof' },
  ...{ chelsea: 'boots', shoe: 'trainers sneakers running', rainboot: 'wellies wellingtons rubber boots' },
  ...{ mummy: 'sleeping bag', flatbag: 'sleeping bag', blanketbag: 'sleeping bag' },
  ...{ airmat: 'sleeping mat mattress', foammat: 'sleeping mat', cot: 'camp bed', blanket: 'throw' },
  ...{ jacket: 'rain coat', puffer: 'down jacket coat', sweater: 'jumper pullover knitwear wool', fleece: 'jacket' },
  ...{ trousers: 'pants', tee: 't-shirt top', vest: 'gilet bodywarmer', poncho: 'rain cape' },
  ...{ beanie: 'wool hat', sunhat: 'hat', cap: 'hat baseball', gloves: 'gloves', scarf: 'scarf' },
  ...{ headlamp: 'head torch', torch: 'flashlight', string: 'string lights', fairylights: 'string lights' },
  ...{ bulb: 'lamp', tablelamp: 'table lamp', candle: 'candle', lantern: 'lamp' },
  ...{ flask: 'bottle thermos', moka: 'coffee espresso maker', dripper: 'coffee filter maker' },
  ...{ cooler: 'cool box', pan: 'frying pan skillet', burner: 'gas stove cooker', grill: 'barbecue bbq' },
  ...{ board: 'chopping board knife', cutlery: 'cutlery', jerrycan: 'canister water', lunchbox: 'lunchbox' },
  ...{ multitool: 'pliers', firesteel: 'fire starter', firstaid: 'first aid', pocketknife: 'knife', rope: 'cord' },
  ...{ lowchair: 'chair', deckchair: 'chair', parasol: 'sun umbrella', stool: 'seat' },
  ...{ poles: 'walking sticks hiking', map: 'map', notebook: 'book diary', watch: 'wristwatch', compass: 'compass' },
  ...{ planter: 'plant flower pot', cushion: 'pillow', firebowl: 'fire pit', birdhouse: 'nest box bird' },
  ...{ trowel: 'garden tools', vase: 'flowers', basket: 'storage', wateringcan: 'garden' },
};

/** What people call the colour ways. */
export const COLOUR_WORDS: Readonly<Record<string, string>> = {
  ...{ rust: 'red', berry: 'red pink', coral: 'orange red', rose: 'pink', copper: 'brown orange' },
  ...{ fern: 'green', moss: 'green', pine: 'dark green', teal: 'green blue turquoise' },
  ...{ lake: 'blue', sky: 'light blue', plum: 'purple violet', lilac: 'light purple violet' },
  ...{ ochre: 'yellow mustard', lemon: 'yellow', sand: 'beige', cream: 'white beige', snow: 'white' },
  ...{ slate: 'grey', charcoal: 'black grey', steel: 'silver grey', bark: 'brown' },
};

/** Words that say nothing of what is looked for. */
export const EMPTY_WORDS: ReadonlySet<string> = new Set(
  'a an and any are as at for from have i in is it my of on or some that the to want who with you'.split(' '),
);
