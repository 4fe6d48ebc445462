/** What is left of a number: enough of a rare share and of a small p-value. */
const DIGITS = 6;

/** A report as JSON has it: counts whole, other numbers with as many digits as they are worth. */
export const roundNumbers = (report: object): object =>
  JSON.parse(
    JSON.stringify(report, (_, value: unknown) =>
      typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(DIGITS)) : value,
    ),
  ) as object;
