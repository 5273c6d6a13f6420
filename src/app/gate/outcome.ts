import type { GateReport } from '../../records/gate.ts';
import type { GateVerdict } from '../../records/gate-verdict.ts';
import type { Host, Outcome } from '../host.ts';

/**
 * How the command ends; an inconclusive verdict that is allowed still leaves its warning. A trial is
 * never a pass, whatever is allowed.
 */
export function gateOutcome(
  { verdict, trial }: Pick<GateReport, 'verdict' | 'trial'>,
  allowInconclusive: boolean,
  { progress }: Pick<Host, 'progress'>,
): Outcome {
  if (trial !== undefined) {
    progress({
      kind: 'warning',
      text: `the gate was tried on ${trial.tasks} of ${trial.total} tasks and decided nothing; its report says what it would need`,
    });
    return { kind: 'gate-inconclusive' };
  }
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
