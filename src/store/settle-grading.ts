import { type Grading, gradingSchema, isUngraded } from '../records/grading.ts';
import { planHash } from '../records/keys.ts';
import type { AnyHeader } from './kinds.ts';

type Gradable = Pick<AnyHeader, 'plan' | 'planHash'> &
  Partial<Pick<AnyHeader, 'sandbox' | 'testSeed'>>;

/**
 * A run's first record and the one that is wanted, where a machine that judges nothing wrote one of
 * them: it then takes how verdicts are reached from the other.
 */
export function settleGrading<F extends Gradable, W extends Gradable>(
  found: F,
  wanted: W,
): readonly [found: F, wanted: W] {
  const [before, now] = [gradingOf(found), gradingOf(wanted)];
  if (before === undefined || now === undefined || isUngraded(before) === isUngraded(now)) {
    return [found, wanted];
  }
  return isUngraded(before)
    ? [graded(found, wanted, now), wanted]
    : [found, graded(wanted, found, before)];
}

/** `undefined` in plans of kinds that judge nothing, or samples as they stand. */
function gradingOf({ plan }: Gradable): Grading | undefined {
  return 'grading' in plan ? gradingSchema.safeParse(plan.grading).data : undefined;
}

function graded<H extends Gradable>(header: H, by: Gradable, grading: Grading): H {
  const plan = { ...header.plan, grading };
  const { sandbox, testSeed } = by;
  return {
    ...header,
    plan,
    planHash: planHash(plan),
    ...(sandbox === undefined ? {} : { sandbox }),
    ...(testSeed === undefined ? {} : { testSeed }),
  };
}
