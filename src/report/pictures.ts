/** A value with its 95 % interval, where it has one. */
export interface Estimate {
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** Something that cells are measured by. */
export interface Axis {
  /** With its unit, as `TPOT (ms)`. */
  readonly name: string;
  readonly better: 'low' | 'high';
  /** What it is: some quality of the completions, or what they cost. */
  readonly role: 'quality' | 'cost';
}

/** Cells by all that they are measured by: any quality over any cost. */
export interface TradeOff {
  readonly kind: 'trade-off';
  readonly heading: string;
  /** Which tasks the qualities are of: those of other tasks do not compare. */
  readonly tasks: { readonly sha256: string; readonly name: string };
  readonly axes: readonly Axis[];
  readonly points: readonly {
    /** The same in every run. */
    readonly id: string;
    readonly name: string;
    /** By the axis's name; absent where it was not measured. */
    readonly values: Readonly<Record<string, Estimate>>;
  }[];
}

/** Raw samples, a strip a cell. */
export interface Strips {
  readonly kind: 'strips';
  readonly heading: string;
  readonly unit: string;
  readonly rows: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** Estimates with their intervals, a line each. */
export interface Intervals {
  readonly kind: 'intervals';
  readonly heading: string;
  readonly unit: string;
  readonly rows: readonly (Estimate & {
    readonly name: string;
    /** What was decided of it. */
    readonly verdict?: string;
  })[];
  /** Values that the rows are held against, as the margin of a gate, each with its name. */
  readonly marks?: readonly { readonly value: number; readonly name: string }[];
}

/** A grid of values, each in words, shaded by size; no value: a cell that was not measured. */
export interface Heat {
  readonly kind: 'heat';
  readonly heading: string;
  /** What the rows and the columns are. */
  readonly sides: readonly [rows: string, columns: string];
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly name: string;
    readonly cells: readonly { readonly text: string; readonly value?: number }[];
  }[];
}

/** How estimates went over several runs, a line a cell. */
export interface Trend {
  readonly kind: 'trend';
  readonly heading: string;
  readonly unit: string;
  readonly rows: readonly {
    readonly name: string;
    /** The date in ISO 8601. */
    readonly points: readonly (Estimate & { readonly at: string })[];
  }[];
}

/** What can be looked at; a format that draws knows how. */
export type Picture = TradeOff | Strips | Intervals | Heat | Trend;

/** A completion as its reader looks at it. What models write is untrusted text. */
export interface Attempt {
  readonly verdict: 'passed' | 'failed' | 'none';
  /** Why it failed, or has no verdict. */
  readonly cause?: string;
  readonly detail?: string;
  readonly text?: string;
  readonly stopReason?: string;
  readonly newTokens?: number;
  readonly judgingMs?: number;
  /** Where the task was timed alone: medians over its repeats. */
  readonly ttftMs?: number;
  readonly tpotMs?: number;
  /** Index of the first token that differs from the reference's; `null`: none does. */
  readonly firstDifference?: number | null;
}

/** What each cell made of each task. */
export interface TaskMatrix {
  readonly cells: readonly string[];
  /** Which of them the others are held against; absent: none. */
  readonly reference?: number;
  readonly tasks: readonly {
    readonly id: string;
    /** Absent where the data set is not at hand. */
    readonly prompt?: string;
    /** A list a cell, in their order: an attempt a sample. */
    readonly attempts: readonly (readonly Attempt[])[];
  }[];
}
