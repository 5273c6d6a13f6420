import type { ProgressSink } from '../records/progress.ts';

/** What making or finding an environment may use. */
export interface EnvironmentSettings {
  /** Of child processes; it names the cache, and pip reads its own settings from it. */
  readonly env: NodeJS.ProcessEnv;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}
