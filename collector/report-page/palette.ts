/** Colours by what they are for. A test computes that texts and shapes stand out from what is behind them. */
export interface Palette {
  /** Behind everything, and behind a section. */
  readonly page: string;
  readonly card: string;
  readonly ink: string;
  /** Text that is beside the point. */
  readonly quiet: string;
  /** Lines that separate and mean nothing. */
  readonly rule: string;
  readonly link: string;
  readonly good: string;
  readonly bad: string;
  readonly wait: string;
  /** Of an interval that holds at every look; what lies in it is drawn over it in `ink`. */
  readonly band: string;
}

export const LIGHT: Palette = {
  ...{ page: '#f4f5f7', card: '#ffffff', ink: '#1b2026', quiet: '#56606b', rule: '#d9dde2' },
  ...{ link: '#0a58a8', good: '#0c6b3b', bad: '#b3261e', wait: '#7d5200', band: '#5b93cc' },
};

export const DARK: Palette = {
  ...{ page: '#11151a', card: '#1a2027', ink: '#e9edf1', quiet: '#a4aeb9', rule: '#323b45' },
  ...{ link: '#84bdff', good: '#62d394', bad: '#ff9189', wait: '#f0ba50', band: '#3d78b5' },
};

/** Black on white: what means something is a shape or a word, too. */
export const PRINT: Palette = {
  ...{ page: '#ffffff', card: '#ffffff', ink: '#000000', quiet: '#333333', rule: '#999999' },
  ...{ link: '#000000', good: '#000000', bad: '#000000', wait: '#000000', band: '#8f8f8f' },
};

/** Declarations of custom properties, `--ink:#000`. */
export const propertiesOf = (palette: Palette): string =>
  Object.entries(palette)
    .map(([name, colour]) => `--${name}:${String(colour)}`)
    .join(';');
