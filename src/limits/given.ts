import { z } from 'zod';
import { usageError } from '../records/error.ts';
import { DEFAULT_LIMITS, type GateLimits, gateLimitsSchema } from '../records/gate-limits.ts';
import type { ConfigSection } from '../options/config-file.ts';
import { flagName } from '../options/flag-name.ts';
import { oneOf } from '../options/option-values.ts';

/** Fields of every command that holds cells against limits; absent where nothing was typed. */
export const gateLimitFields = {
  /** A share, from `5pp` or `0.05`. */
  maxDrop: z
    .string()
    .transform((text) => share(text, /^(\d+(?:\.\d+)?)pp$/))
    .refine(isOpenShare, 'is no drop; write percentage points as 5pp, or a share as 0.05')
    .optional(),
  confidence: z
    .string()
    .transform((text) => share(text, /^(\d+(?:\.\d+)?)%$/))
    .refine(
      (value) => value >= 0.5 && value < 1,
      'is no confidence from 0.5 up to but not 1; write 0.95 or 95%',
    )
    .optional(),
};

/** The fields of limits that only the gate has. */
export const gateOnlyLimitFields = {
  maxTpotRatio: z
    .string()
    .transform(decimal)
    .refine((value) => value > 0 && value < Infinity, 'is no ratio above 0; write 1.1 for a tenth')
    .optional(),
  maxKl: z
    .string()
    .transform(decimal)
    .refine((value) => value > 0 && value < Infinity, 'is no divergence above 0, in nats a token')
    .optional(),
  minPass: z
    .string()
    .transform((text) => share(text, /^(\d+(?:\.\d+)?)%$/))
    .refine(isOpenShare, 'is no pass rate between 0 and 1; write 0.6 or 60%')
    .optional(),
  minSandbox: oneOf(['l1', 'l2', 'l3']).optional(),
};

/** Which limits a config file sets, and where in it; a flag goes before the file. */
export type ConfiguredLimits = ReadonlyMap<keyof GateLimits, string>;

/** The limits that come from a section of a config file and not from the flags as typed. */
export function configuredLimits(
  typed: Readonly<Record<string, unknown>>,
  { values, where }: ConfigSection,
): ConfiguredLimits {
  const names = gateLimitsSchema.keyof().options;
  return new Map(
    names
      .filter((name) => values[name] !== undefined && typed[name] === undefined)
      .map((name) => [name, where(name)]),
  );
}

/**
 * Limits as typed or configured, over those of a baseline file, over the defaults. Throws a usage
 * error where a config file would loosen those of a baseline file: it comes along with the change
 * that is decided on.
 */
export function limitsOf(
  typed: {
    readonly [name in keyof typeof gateLimitFields]?: number | undefined;
  } & {
    readonly maxTpotRatio?: number | undefined;
    readonly maxKl?: number | undefined;
    readonly minPass?: number | undefined;
    readonly minSandbox?: 'l1' | 'l2' | 'l3' | undefined;
    readonly configured?: ConfiguredLimits | undefined;
  },
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
    const where = typed.configured?.get(name);
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
