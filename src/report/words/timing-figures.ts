import type { Timing } from '../../records/timing.ts';

/** Milliseconds a token after the first; none where there was one token alone. */
export function tpotMsOf({ decodeMs, newTokens }: Timing): number | undefined {
  return newTokens < 2 ? undefined : decodeMs / (newTokens - 1);
}
