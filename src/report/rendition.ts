import type { Picture, TaskMatrix } from './pictures.ts';
import type { ReportDocument } from './words/document.ts';

/**
 * A report of any kind, as every format takes it: each part is made only where a format asks for it.
 * A part that a kind of report cannot have is the reason why.
 */
export interface Rendition {
  /** The whole summary, unrounded: what `--json` prints. */
  readonly data: () => object;
  /** The report in words. */
  readonly document: () => ReportDocument;
  readonly table: (() => Table) | WhyNot;
  readonly suites: (() => TestSuites) | WhyNot;
  readonly annotations: (() => readonly Annotation[]) | WhyNot;
  /** A long list that only a reader of a step summary unfolds; absent: none. */
  readonly details?: () => Details | undefined;
  /** What can be drawn of it; absent: nothing. */
  readonly pictures?: () => readonly Picture[];
  /** What cells made of each task; absent: it has no tasks. */
  readonly matrix?: () => TaskMatrix | undefined;
  /** The one figure or verdict that it comes to; absent: there is none. */
  readonly badge?: () => Badge;
  /** Stands in a page's head; absent: nothing. */
  readonly head?: () => Head;
  /** When it began, in ISO 8601; absent: it is no run. */
  readonly startedAt?: string;
}

/** What a reader must know of figures before they look at them. */
export interface Head {
  readonly machine: string;
  /** What they are, and what they are not. */
  readonly figures: string;
}

/** Why a kind of report has no such part, as `a grid has times, not verdicts`. */
export type WhyNot = string;

/** Rows of figures; the formats make strangers' text in them harmless. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string | number | undefined>>[];
}

/** Verdicts as test cases. */
export interface TestSuites {
  readonly name: string;
  readonly suites: readonly TestSuite[];
}

export interface TestSuite {
  readonly name: string;
  readonly properties: readonly (readonly [name: string, value: string])[];
  readonly cases: readonly TestCase[];
}

export interface TestCase {
  readonly name: string;
  readonly result: CaseResult;
  /** What it took; absent where nobody knows. */
  readonly seconds?: number | undefined;
  /** Of the data set; absent for a case that is no completion of a task. */
  readonly task?: string;
}

/** `error` is what nobody judged is to blame for. */
export type CaseResult =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failure' | 'error'; readonly type: string; readonly message: string }
  | { readonly kind: 'skipped'; readonly message?: string };

/** One line in the list of a workflow run's annotations. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
}

/** A table under a heading; the first row holds column heads. */
export interface Details {
  readonly heading: string;
  readonly table: readonly (readonly string[])[];
}

/** A report in a format. */
export interface Rendered {
  readonly text: string;
  /** Lines for GitHub's log, beside a text that is a step summary. */
  readonly annotations?: string;
}

/** A figure with its name, and what it is to whoever sees it: a judgement, or `plain`. */
export interface Badge {
  readonly label: string;
  readonly message: string;
  readonly level: 'good' | 'open' | 'bad' | 'plain';
}

/** Where a report is looked at. Files and formats for programs take no notice of it. */
export interface View {
  /** Characters that a line of the terminal has room for. */
  readonly columns: number;
  /** Whether a terminal shows all that there is, where a report begins with an answer. */
  readonly isDetailed: boolean;
  /** Where the rest is, a line each: stands below an answer. */
  readonly more: readonly string[];
}

/** A report in one format; throws a usage error where its kind has no such form. */
export type Format = (rendition: Rendition, view: View) => Rendered | Promise<Rendered>;
