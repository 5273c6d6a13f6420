import type { Origins } from '../options/message.ts';
import { usageError } from '../records/error.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import { type LimitValues, LIMITS, STANDARD_LIMITS } from './index.ts';
import type { Limit } from './limit.ts';

/** A command's options, as far as they are limits. */
export interface GivenLimits extends Partial<LimitValues> {
  readonly origins?: Origins;
}

/**
 * Limits as typed or configured, over those of a baseline file, over the standard ones. Throws a
 * usage error where a config file would loosen those of a baseline file: it comes along with the
 * change that is decided on.
 */
export function limitsOf(options: GivenLimits, stored?: GateLimits): GateLimits {
  const given: ReadonlyMap<string, unknown> = new Map(Object.entries(options));
  const present = LIMITS.flatMap(({ name, schema }) => {
    const value = given.get(name);
    return value === undefined ? [] : [[name, schema.parse(value)] as const];
  });
  const limits = { ...STANDARD_LIMITS, ...stored, ...Object.fromEntries(present) };
  for (const { name, flag } of stored === undefined ? [] : loosenedLimits(limits, stored)) {
    const where = options.origins?.get(name);
    if (where !== undefined) {
      throw usageError(
        `${where} ${limits[name]}: looser than the baseline file's ${stored?.[name]}; a config file may only tighten that, so say ${flag} where you mean it`,
      );
    }
  }
  return limits;
}

/** The limits that ask for less than those of a baseline file do. */
export function loosenedLimits(limits: GateLimits, stored: GateLimits): Limit[] {
  return LIMITS.filter(({ isLooser }) => isLooser(limits, stored));
}

/** Those that are held against completions: all that a run has which measures nothing else. */
export function onCompletions(limits: GateLimits): GateLimits {
  const { maxDrop, confidence } = limits;
  const others = new Set<string>(
    LIMITS.filter(({ isOnMore }) => isOnMore(limits)).map(({ name }) => name),
  );
  const kept = Object.entries(limits).filter(([name]) => !others.has(name));
  return { ...Object.fromEntries(kept), maxDrop, confidence };
}
