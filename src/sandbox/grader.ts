import type { Grading } from '../records/grading.ts';
import type { Task } from '../records/task.ts';
import type { Outcome } from '../records/verdict.ts';
import type { Outlining } from './outline.ts';

/** What is judged: a task's prompt with a completion behind it, against the task's test. */
export interface Sample {
  readonly task: Task;
  /** Appended to the prompt as it is. */
  readonly completion: string;
  /** Goes before the prompt: what stands at the top of a program or nowhere. */
  readonly head?: string | undefined;
  /**
   * Decides what the test draws at random: the same seed, the same inputs. No sample may learn it.
   * Absent: the grader takes one that nobody knows.
   */
  readonly seed?: string;
  /**
   * Whether the test is of a file that evalkit knows by its checksum. Absent or false: it may be a
   * stranger's, and no other sample may meet what it leaves behind.
   */
  readonly isTestPinned?: boolean | undefined;
}

/** The seed of a run's samples, as its header records it. */
export function seedOf({
  testSeed,
}: {
  readonly testSeed?: string | undefined;
}): Pick<Sample, 'seed'> {
  return testSeed === undefined ? {} : { seed: testSeed };
}

/**
 * A verdict on the completion, or word that there can be none. The two never share a value.
 * `fault`: the `machine` (to be retried), or the `task`, which fits no completion.
 */
export type Judgement =
  | {
      readonly kind: 'verdict';
      readonly outcome: Outcome;
      /** By part of the test, where it has several. */
      readonly parts?: Readonly<Record<string, Outcome>>;
    }
  | {
      readonly kind: 'infrastructure';
      readonly fault: 'machine' | 'task';
      readonly detail: string;
    };

export interface GraderLimits {
  /** Wall time of one sample, in milliseconds. */
  readonly timeoutMs: number;
  /** Address space of each of a sample's two processes, in bytes. */
  readonly memoryBytes: number;
  /** The longest answer to one call, in bytes on the wire. */
  readonly answerBytes: number;
}

/** 1 s gave a false timeout on HumanEval/75 under load, 3 s none. */
export const DEFAULT_LIMITS: GraderLimits = {
  timeoutMs: 3_000,
  memoryBytes: 1024 ** 3,
  answerBytes: 32 * 1024 ** 2,
};

/**
 * How much is denied to a sample, as probes have seen it: `L2` everything on the list of denials,
 * `L3` the same inside namespaces of its own, `L1` resource limits and nothing more.
 */
export type SandboxLevel = 'L1' | 'L2' | 'L3';

/**
 * Why options of a grader are `flagOnly`: what weakens it never lies in a file that came with the
 * code.
 */
export const PROTECTION = 'only the command line may change how samples are confined';

/** `auto`: the highest level there is, L2 at least. `unsafe`: L1, which stops no hostile code. */
export type SandboxChoice = 'auto' | 'l3' | 'l2' | 'unsafe';

/** Files that may be present the next time; whoever reads one makes sure that it is whole. */
export interface Cache {
  /** The file's content; `undefined`: there is none. */
  readonly read: (name: string) => Promise<Uint8Array | undefined>;
  readonly write: (name: string, content: Uint8Array) => Promise<void>;
}

/** How a grader is to be opened. */
export interface GraderSetup {
  readonly level: SandboxChoice;
  readonly limits: GraderLimits;
  /** Samples that run at once; `undefined`: as many as there are cores. */
  readonly workers: number | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Where it keeps what took long to find. */
  readonly cache: Cache | undefined;
  /** The options of this grader alone, by name. */
  readonly own: Readonly<Record<string, unknown>>;
}

/** What a sample tried in a probe, and whether both of its processes were refused. */
export interface Denial {
  readonly name: string;
  readonly isDenied: boolean;
}

/** What a grader is; stands in every record and report. */
export interface GraderIdentity {
  /** Of the language, as the table of graders has it. */
  readonly name: string;
  /** Changes whenever a verdict on the same sample could. */
  readonly version: string;
  readonly level: SandboxLevel;
  /** Why it is no higher level that was looked for, as `L3: bwrap is not on the path`. */
  readonly missed: readonly string[];
  /** What brings the denials about, as `landlock` and `seccomp`. */
  readonly mechanisms: readonly string[];
  readonly denials: readonly Denial[];
  /** What runs the samples, in words, as `Python 3.11.7`. */
  readonly runtime: string;
  /** What else can change a verdict; the grader alone knows what each entry means. */
  readonly identity: Grading['grader']['identity'];
  /** What samples may use beyond the bare language, in words, as `standard library only`. */
  readonly allowed: string;
  readonly limits: GraderLimits;
}

/** Runs samples of one language in processes of their own, and says what became of them. */
export interface Grader extends AsyncDisposable {
  readonly identity: GraderIdentity;
  /** How many samples it runs at once at best. */
  readonly workers: number;
  /** Judges one sample. Never throws for anything that the sample does. */
  judge(sample: Sample): Promise<Judgement>;
  /**
   * Says which statements texts hold, by the language's own parser, confined as samples are. Nothing
   * of them is run.
   */
  outline(texts: readonly string[]): Promise<Outlining>;
  /** Judges samples of its own of known worth, and says what is wrong with the verdicts. */
  selfTest(): Promise<readonly string[]>;
}
