import type { Outcome } from '../records/verdict.ts';

/** What is run: prompt + completion + test + `check(entryPoint)`. */
export interface Sample {
  readonly prompt: string;
  /** Appended to the prompt as it is. */
  readonly completion: string;
  readonly test: string;
  readonly entryPoint: string;
}

/** A verdict on the answer, or word that there can be none. The two never share a value. */
export type Judgement =
  | { readonly kind: 'verdict'; readonly outcome: Outcome }
  | { readonly kind: 'infrastructure'; readonly detail: string };

export interface SandboxLimits {
  /** Wall time of one sample, in milliseconds. */
  readonly timeoutMs: number;
  /** Address space of one sample, in bytes. */
  readonly memoryBytes: number;
}

/** What a sandbox is; stands in every record and report. */
export interface SandboxIdentity {
  readonly graderVersion: string;
  /** `L1`: resource limits only. Higher levels come from probes of what is denied. */
  readonly level: string;
  readonly python: string;
  readonly hashSeed: number;
  readonly limits: SandboxLimits;
}

/** Runs samples in processes of their own. */
export interface Sandbox extends AsyncDisposable {
  readonly identity: SandboxIdentity;
  /** How many samples it runs at once at best. */
  readonly workers: number;
  /** Judges one sample. Never throws for anything that the sample does. */
  judge(sample: Sample): Promise<Judgement>;
}
