import { counted } from '../records/counted.ts';
import { z } from 'zod';
import { pairedRatio } from '../metrics/paired-ratio.ts';
import { exactPercent, threePlaces } from '../report/words/words.ts';
import { defineLimit, type Prospect, type Refusal, type Sides } from './limit.ts';
import { typedDecimal } from './typed-values.ts';

/** A bootstrap over fewer timed tasks than this is too narrow to decide on. */
const LEAST_TIMED_TASKS = 8;

/** TPOT divided by the baseline's must be shown to be under this; above 0. */
export const maxTpotRatio = defineLimit({
  name: 'maxTpotRatio',
  schema: z.number().positive().finite(),
  help: "TPOT divided by the baseline's must be shown to be under this",
  typed: typedDecimal('must be a ratio above 0; write 1.1 for a tenth more'),
  measuredBy: [{ option: 'latency', isNot: false }],
  looser: 'larger',
  words: (value) => `TPOT ratio under ${value}`,
  refusePlan: (_, prospect) => refuseUntimed(prospect),
  refuseSides: (_, sides) => refuseUnfinishedTimes(sides) ?? refuseUnlikeTimes(sides),
  check: (value, { reference, candidate, limits }) => {
    const ratio = pairedRatio(candidate.times.tpotMs, reference.times.tpotMs, limits.confidence);
    if (ratio === undefined || !Number.isFinite(ratio.estimate)) {
      throw new RangeError(`no ratio of TPOT for ${candidate.name}`);
    }
    const { lower, upper, estimate, n } = ratio;
    return {
      verdict: upper < value ? 'pass' : lower > value ? 'fail' : 'inconclusive',
      detail: `TPOT ${threePlaces(estimate)} times the baseline's, one-sided ${exactPercent(limits.confidence)} bounds ${threePlaces(lower)} and ${threePlaces(upper)}, n = ${counted(n, 'task')}, limit ${value}`,
      figures: { tpotRatio: ratio },
    };
  },
});

function refuseUntimed({ plan, baseline }: Prospect): Refusal | undefined {
  const own = plan.latency?.taskIds ?? [];
  if (own.length < LEAST_TIMED_TASKS) {
    return {
      kind: 'usage',
      reason: `this run would time ${counted(own.length, 'task')}, and ${LEAST_TIMED_TASKS} are needed; ${own.length === 0 ? 'leave out --no-latency' : 'raise --latency-tasks'}`,
    };
  }
  const common = own.filter((taskId) => baseline?.times.tpotMs.has(taskId) !== false);
  return baseline === undefined || common.length >= LEAST_TIMED_TASKS
    ? undefined
    : {
        kind: 'usage',
        reason: `${baseline.name} has a TPOT of ${common.length} of the tasks that this run would time, and ${LEAST_TIMED_TASKS} are needed; run both with the same --latency-tasks`,
      };
}

function refuseUnfinishedTimes({ reference, candidate }: Sides): Refusal | undefined {
  const untimed = [reference, candidate].find(({ report }) => (report?.timingsMissing ?? 0) > 0);
  return (
    untimed && {
      kind: 'environment',
      reason: `${counted(untimed.report?.timingsMissing ?? 0, 'timing')} of ${untimed.name} ${untimed.report?.timingsMissing === 1 ? 'is' : 'are'} missing; rerun the same command to resume, then gate it`,
    }
  );
}

function refuseUnlikeTimes({ reference, candidate }: Sides): Refusal | undefined {
  const common = [...reference.times.tpotMs].flatMap(([taskId, before]) => {
    const after = candidate.times.tpotMs.get(taskId);
    return after === undefined ? [] : [{ taskId, times: [before, after] }];
  });
  if (common.length < LEAST_TIMED_TASKS) {
    return {
      kind: 'usage',
      reason: `${reference.name} and ${candidate.name} have ${common.length} timed tasks in common (${reference.times.tpotMs.size} and ${candidate.times.tpotMs.size} have a TPOT), and ${LEAST_TIMED_TASKS} are needed; run both with the same --latency-tasks`,
    };
  }
  const timeless = common.find(({ times }) => !times.every((time) => time > 0 && time < Infinity));
  if (timeless !== undefined) {
    return {
      kind: 'usage',
      reason: `a TPOT of ${timeless.times.join(' and ')} ms at ${timeless.taskId} is not a time above 0; time ${reference.name} and ${candidate.name} again`,
    };
  }
  const [there, here] = [reference.machine, candidate.machine];
  return there.cpu === here.cpu && there.cores === here.cores
    ? undefined
    : {
        kind: 'usage',
        reason: `${reference.name} was timed on ${there.cores} cores of ${there.cpu}, ${candidate.name} on ${here.cores} of ${here.cpu}; time both on one machine`,
      };
}
