/** Parts of a run that machines may do apart: GPUs generate, a sandbox judges, one machine measures. */
export const STAGES = ['generate', 'judge', 'measure'] as const;
export type Stage = (typeof STAGES)[number];

/** Whether a command does a stage: all of them, unless it is told one. */
export function does(stage: Stage, only: Stage | undefined): boolean {
  return only === undefined || only === stage;
}
