/**
 * How many threads to compute with: no more than there are cores to run them, since the threads of
 * llama.cpp's prebuilt library spin while they wait. At least 1.
 */
export function threadsByRule(limits: {
  /** Cores that do arithmetic of their own, hyperthreads not counted. */
  readonly mathCores: number;
  /** What the system lets this process use. */
  readonly parallelism: number;
  /** CPU time a container may use, in cores. */
  readonly quota: number | undefined;
}): number {
  const { mathCores, parallelism, quota } = limits;
  return Math.max(1, Math.min(mathCores, parallelism, Math.floor(quota ?? Infinity)));
}
