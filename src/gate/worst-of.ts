import type { GateVerdict } from '../records/gate-verdict.ts';

/** A fail outweighs an inconclusive, which outweighs a pass. Nothing to decide on is not a pass. */
export function worstOf(verdicts: readonly GateVerdict[]): GateVerdict {
  if (verdicts.includes('fail')) {
    return 'fail';
  }
  return verdicts.length === 0 || verdicts.includes('inconclusive') ? 'inconclusive' : 'pass';
}
