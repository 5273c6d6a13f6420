import { z } from 'zod';
import { usageError } from '../records/error.ts';
import { DEFAULT_LIMITS, type GateLimits, gateLimitsSchema } from '../records/gate-limits.ts';
import type { Origins } from '../options/message.ts';
import { declareOptions, flagName, type Options } from '../options/option.ts';
import { oneOf } from '../options/value-types.ts';

/** A number as typed, or with its unit. */
const decimalText = z.string({ error: 'must be a number' }).meta({ type: ['number', 'string'] });

const GROUP = 'Limits';

/** The limits of every command that holds cells against others; absent where nothing was typed. */
export const dropOptions = declareOptions(GROUP, {
  maxDrop: {
    type: decimalText
      .transform((typed) => share(typed, /^(\d+(?:\.\d+)?)pp$/))
      .refine(
        isOpenShare,
        'must be a drop between 0 and 1; write percentage points as 5pp, or a share as 0.05',
      ),
    help: 'The drop of pass@1 must be under this, as 5pp or 0.05',
    defaultText: `${DEFAULT_LIMITS.maxDrop * 100}pp`,
  },
  confidence: {
    type: decimalText
      .transform((typed) => share(typed, /^(\d+(?:\.\d+)?)%$/))
      .refine(
        (value) => value >= 0.5 && value < 1,
        'must be a confidence level from 0.5 to below 1; write 0.95 or 95%',
      ),
    help: 'Confidence level of each one-sided bound',
    defaultText: String(DEFAULT_LIMITS.confidence),
  },
});

/** Those that only the gate has. */
const gateOnlyOptions = declareOptions(GROUP, {
  maxTpotRatio: {
    type: decimalText
      .transform(decimal)
      .refine(
        (value) => value > 0 && value < Infinity,
        'must be a ratio above 0; write 1.1 for a tenth more',
      ),
    help: "TPOT divided by the baseline's must be under this",
  },
  maxKl: {
    type: decimalText
      .transform(decimal)
      .refine(
        (value) => value > 0 && value < Infinity,
        'must be a divergence above 0, in nats per token',
      ),
    help: 'Maximum KL divergence in nats per token (a point threshold)',
  },
  minPass: {
    type: decimalText
      .transform((typed) => share(typed, /^(\d+(?:\.\d+)?)%$/))
      .refine(isOpenShare, 'must be a pass rate between 0 and 1; write 0.6 or 60%'),
    help: 'Minimum pass@1, as 0.6 or 60% (a point threshold)',
  },
  minSandbox: {
    type: oneOf(['l1', 'l2', 'l3']),
    help: 'Minimum sandbox level that samples were judged at',
  },
});

/** Every limit. */
export const limitOptions = { ...dropOptions, ...gateOnlyOptions };

/**
 * Limits as typed or configured, over those of a baseline file, over the defaults. Throws a usage
 * error where a config file would loosen those of a baseline file: it comes along with the change
 * that is decided on.
 */
export function limitsOf(
  typed: Options<typeof limitOptions> & { readonly origins?: Origins },
  stored?: GateLimits,
): GateLimits {
  const { minSandbox } = typed;
  const given = {
    maxDrop: typed.maxDrop,
    confidence: typed.confidence,
    maxTpotRatio: typed.maxTpotRatio,
    maxKl: typed.maxKl,
    minPass: typed.minPass,
    minSandbox: minSandbox === undefined ? undefined : SANDBOX_LEVELS[minSandbox],
  };
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  const limits = { ...DEFAULT_LIMITS, ...stored, ...Object.fromEntries(present) };
  for (const name of stored === undefined ? [] : loosenedLimits(limits, stored)) {
    const where = typed.origins?.get(name);
    if (where !== undefined) {
      throw usageError(
        `${where} ${limits[name]}: looser than the baseline file's ${stored?.[name]}; a config file may only tighten that, so say ${flagName(name)} where you mean it`,
      );
    }
  }
  return limits;
}

/** The limits that ask for less than those of a baseline file do. */
export function loosenedLimits(limits: GateLimits, stored: GateLimits): (keyof GateLimits)[] {
  return gateLimitsSchema.keyof().options.filter((name) => {
    const [is, was] = [limits[name], stored[name]];
    return is !== undefined && was !== undefined && (LEAST.has(name) ? is < was : is > was);
  });
}

/** Of the other limits the larger one is the looser. */
const LEAST: ReadonlySet<keyof GateLimits> = new Set(['confidence', 'minPass', 'minSandbox']);

const SANDBOX_LEVELS = { l1: 'L1', l2: 'L2', l3: 'L3' } as const;

/** A plain decimal number; `NaN` for all else, so also for `1e999`, `Infinity` and signs. */
function decimal(text: string): number {
  return /^\d{1,9}(?:\.\d{1,12})?$/.test(text) ? Number(text) : Number.NaN;
}

/** A share written as such, or in hundredths with a unit. */
function share(text: string, inHundredths: RegExp): number {
  const hundredths = inHundredths.exec(text)?.[1];
  if (hundredths !== undefined) {
    return decimal(hundredths) / 100;
  }
  // A whole number without its unit may mean either.
  return /^0?\.\d+$/.test(text) ? Number(text) : Number.NaN;
}

function isOpenShare(value: number): boolean {
  return value > 0 && value < 1;
}
