import type { GateVerdict } from '../../records/gate-verdict.ts';
import type { Host, Outcome } from '../host.ts';

/** How the command ends; an inconclusive verdict that is allowed still leaves its warning. */
export function gateOutcome(
  verdict: GateVerdict,
  allowInconclusive: boolean,
  { progress }: Pick<Host, 'progress'>,
): Outcome {
  if (verdict === 'inconclusive' && allowInconclusive) {
    progress({
      kind: 'warning',
      text: 'the gate is inconclusive, which --allow-inconclusive lets through',
    });
    return { kind: 'done' };
  }
  return { kind: ENDS[verdict] };
}

const ENDS = {
  pass: 'done',
  fail: 'gate-failed',
  inconclusive: 'gate-inconclusive',
} as const satisfies Record<GateVerdict, Outcome['kind']>;
