import type { PackageMember } from '../models/sources/packages/package-member.ts';
import type { PromptStyle, StopRule } from '../records/plan.ts';
import type { Task } from '../records/task.ts';
import type { Grader, GraderLimits } from '../sandbox/grader.ts';
import type { Language } from '../sandbox/index.ts';

/** The one file that is a suite's data, and where it can be had. */
export interface SuiteData {
  readonly fileName: string;
  readonly sha256: string;
  /** Of what it holds, unpacked; such a file is the suite's too. */
  readonly textSha256: string;
  /** Its home. */
  readonly url: string;
  /** A Python package that carries it. */
  readonly package?: PackageMember;
}

/** How models are asked where the user says nothing else. */
export interface PromptRules {
  readonly raw: {
    /** Where the continuation of a bare prompt stops. */
    readonly stops: readonly string[];
    /** Token cap of a completion. */
    readonly maxTokens: number;
  };
  readonly chat: {
    /** Name and version of the wording; a changed text gets a new one. */
    readonly wording: string;
    /** With `{{prompt}}` where the task goes. */
    readonly instruction: string;
    readonly answerPrefix: string;
    readonly maxTokens: number;
  };
}

/**
 * What is appended to the task's prompt, word that the completion holds no code, or of a failure
 * that is not the completion's.
 */
export type Extraction =
  | {
      readonly kind: 'code';
      readonly code: string;
      /** What stands before the prompt. */
      readonly head?: string;
    }
  | { readonly kind: 'no-code'; readonly detail: string }
  | { readonly kind: 'infrastructure'; readonly detail: string };

/** What a model wrote for a task that it was asked in a style. */
export interface Extracting {
  readonly text: string;
  readonly task: Task;
  readonly style: PromptStyle;
  /** What the model was given ended in an open thought. */
  readonly inThought?: boolean | undefined;
}

/** How code is taken out of what a model wrote. */
export interface ExtractionRules {
  /** Changes whenever a completion can be read differently than before. */
  readonly version: string;
  /** Where a completion in chat form can end; `open`: it begins inside a block of code. */
  readonly stop: (open: boolean) => StopRule;
  /** The grader's parser says what a text holds. */
  readonly extract: (
    completion: Extracting,
    grader: Pick<Grader, 'outline'>,
  ) => Promise<Extraction>;
}

/** Text whose verdict is known beforehand, as if a model had written it. */
export interface KnownCompletion {
  /** What it is, in words. */
  readonly name?: string;
  readonly text: string;
  readonly style: PromptStyle;
  readonly passes: boolean;
}

/** How a suite's tasks are read, models asked, and what they write read and judged. */
export interface SuiteRules {
  /** As `--suite` takes it. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** The release of its data. */
  readonly version: string;
  /** Whose grader judges it. */
  readonly language: Language;
  /** Whether its tasks are of the file whose checksum is its own; absent: they may be a stranger's. */
  readonly isPinned?: boolean;
  /**
   * The tasks in a file of its format, in the file's order; `name` is the file's. Throws a usage
   * error that names the line that is not a task.
   */
  readonly parse: (bytes: Uint8Array, name: string) => Task[];
  readonly prompts: PromptRules;
  readonly extraction: ExtractionRules;
  /** What its samples need, where that is not what every suite's do. */
  readonly limits?: Partial<GraderLimits>;
  /** Parts of each task's test, where it has several; the last is the headline. */
  readonly parts?: readonly string[];
  /** Completions that show whether extraction and grader tell right from wrong. */
  readonly knownCompletions: (task: Task) => readonly KnownCompletion[];
}

/** A suite of tasks that evalkit knows, with where its data are. */
export interface Suite extends SuiteRules {
  readonly data: SuiteData;
  /** Whether a data set of the user's own in this format is taken. */
  readonly takesOwnData: boolean;
  /** A field that the lines of this format have and those of no other suite. */
  readonly mark?: string;
}
