import { z } from 'zod';

/** A number as typed; in a config file, and so for editors, it may stand as a number too. */
const decimalText = z.string({ error: 'must be a number' }).meta({ type: ['number', 'string'] });

/** A share above 0 and below 1, typed as such, or in hundredths with their unit: `0.05`, `5pp`, `5%`. */
export function typedShare(
  unit: 'pp' | '%',
  least: number,
  problem: string,
): z.ZodType<number, string> {
  return decimalText
    .transform((text) => shareOf(text, unit))
    .refine((value) => value >= least && value > 0 && value < 1, problem);
}

/** A plain decimal number above 0. */
export function typedDecimal(problem: string): z.ZodType<number, string> {
  return decimalText.transform(decimalOf).refine((value) => value > 0 && value < Infinity, problem);
}

/** `NaN` for all that is not a plain decimal number, so also for `1e999`, `Infinity` and signs. */
function decimalOf(text: string): number {
  return /^\d{1,9}(?:\.\d{1,12})?$/.test(text) ? Number(text) : Number.NaN;
}

function shareOf(text: string, unit: string): number {
  if (text.endsWith(unit)) {
    return decimalOf(text.slice(0, -unit.length)) / 100;
  }
  // A whole number without its unit may mean either.
  return /^0?\.\d+$/.test(text) ? Number(text) : Number.NaN;
}
