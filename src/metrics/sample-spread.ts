import { mean, sampleVariance } from 'simple-statistics';

/** Whether each sample of one task passed, sample by sample on both sides. */
export interface PairedSamples {
  readonly reference: readonly boolean[];
  readonly candidate: readonly boolean[];
}

/** Where the spread of a paired difference comes from. */
export interface SampleSpread {
  /** Variance of one sample's difference about its task's mean: more samples make it smaller. */
  readonly within: number;
  /** Variance of the tasks' true differences: only more tasks make its share smaller. */
  readonly between: number;
  /** Share of the variance within tasks that pairing the samples spares: 0 for independent draws. */
  readonly correlation: number;
}

/**
 * Components of the variance of per-task differences (one-way random effects, moment estimates).
 * `undefined` unless two tasks and more have as many samples, two at least, on both sides.
 */
export function sampleSpread(tasks: readonly PairedSamples[]): SampleSpread | undefined {
  const count = tasks[0]?.reference.length ?? 0;
  const isWhole = tasks.every((task) =>
    [task.reference, task.candidate].every(({ length }) => length === count),
  );
  if (tasks.length < 2 || count < 2 || !isWhole) {
    return undefined;
  }
  const numbers = tasks.map(({ reference, candidate }) => ({
    reference: reference.map(Number),
    candidate: candidate.map(Number),
    differences: reference.map((passed, index) => Number(passed) - Number(candidate[index])),
  }));
  const within = mean(numbers.map(({ differences }) => sampleVariance(differences)));
  const apart = mean(
    numbers.map(
      ({ reference, candidate }) => sampleVariance(reference) + sampleVariance(candidate),
    ),
  );
  const total = sampleVariance(numbers.map(({ differences }) => mean(differences)));
  return {
    within,
    between: Math.max(0, total - within / count),
    correlation: apart === 0 ? 0 : 1 - within / apart,
  };
}

/**
 * Samples of each task with which the standard error of the mean difference over `tasks` tasks is
 * `error`; `undefined`: the tasks themselves differ too much for any number of samples.
 */
export function samplesNeeded(
  { within, between }: SampleSpread,
  { tasks, error }: { readonly tasks: number; readonly error: number },
): number | undefined {
  const room = tasks * error ** 2 - between;
  return room <= 0 ? undefined : Math.max(1, Math.ceil(within / room));
}
