import type { Capability } from '../engines/capabilities.ts';
import type { TaskCount } from '../metrics/pass-at-k.ts';
import type { UnitCount } from '../records/dry-run.ts';
import type { EarlyStop } from '../records/early-stop.ts';
import type { CellPlan, Plan } from '../records/plan.ts';
import type { ProgressSink } from '../records/progress.ts';
import type { CellReport } from '../records/report.ts';
import type { RunHeader } from '../records/run-header.ts';
import type { MaybeShard } from '../records/shard.ts';
import type { Stage } from '../records/stage.ts';
import type { Task } from '../records/task.ts';
import type { Grader } from '../sandbox/grader.ts';
import type { SuiteRules } from '../suites/suite.ts';
import type { RunRecords, RunStore } from '../store/run-store.ts';
import type { LoadOptions, ModelProcess } from './model-process.ts';

/** When a cell's generation may end before all tasks were asked. */
export interface StopRule {
  /** The part of the tests whose passes it counts; absent: the headline's. */
  readonly metric?: string | undefined;
  /**
   * The verdict that ends the cell, if there is one: it holds whatever the tasks not yet judged turn out to
   * be, or with an error that was planned for. `judged`: in the order of asking.
   */
  readonly certain: (
    cell: CellPlan,
    judged: ReadonlyMap<string, TaskCount>,
    looks: Looks,
  ) => Pick<EarlyStop, 'verdict' | 'limits' | 'baseline' | 'spending'> | undefined;
  /** Looks spend an error, so that the one at all tasks is a look like the others. */
  readonly spends?: true;
}

/** How many tasks each look of the plan sees, and how many looks were taken. */
export interface Looks {
  readonly planned: readonly number[];
  readonly taken: number;
}

/** What a measure may use to find out what it will do. */
export interface Preparation<Options> extends MaybeShard {
  /** The one stage that is done; absent: all. */
  readonly stage?: Stage | undefined;
  readonly options: Options;
  readonly plan: Plan;
  /** The plan's tasks, in its order. */
  readonly tasks: readonly Task[];
  readonly host: {
    readonly env: NodeJS.ProcessEnv;
    readonly cwd: string;
    readonly progress: ProgressSink;
    readonly signal: AbortSignal;
  };
  /** True: nothing is fetched. */
  readonly isDry: boolean;
  /** Keys of completions that suites before this one ask, too: those need no tokens of their own. */
  readonly shared?: ReadonlySet<string>;
}

/** What a measure may use of an open run. */
export interface MeasureRun extends LoadOptions {
  /** The open run; its plan says what is done. */
  readonly store: RunStore;
  /** The plan's tasks, in its order. */
  readonly tasks: readonly Task[];
  /** The plan's. */
  readonly suite: SuiteRules;
  /** Absent where nothing is judged. */
  readonly sandbox: Grader | undefined;
  /** The one stage that is done; absent: all. */
  readonly stage?: Stage | undefined;
  /** Bytes of memory that processes may still take, asked for when it matters. */
  readonly availableMemory: () => Promise<number>;
  /** When cells may end early; absent: never. */
  readonly stopRule?: StopRule | undefined;
  /** Where, with what software and since when this command works on the run. */
  readonly session: Pick<RunHeader, 'evalkit' | 'fingerprint' | 'startedAt'>;
}

/** What a probe may use: nothing that it does is kept. */
export interface Probe {
  /** Of the cell that is probed. */
  readonly model: ModelProcess;
  readonly signal: AbortSignal;
}

/** What a short probe found. */
export interface Probed {
  /** Milliseconds that a piece of work is likely to take. */
  readonly msEach: number;
  /** What it rests on, as `310 tokens of 4 completions in 5.0 s`. */
  readonly text: string;
}

/** A measure in one run: what its options come to. */
export interface PreparedMeasure {
  /** What a piece of its work is called, as `completions`. */
  readonly unit: string;
  /** What only a run will know, or will leave out. */
  readonly note?: string | undefined;
  /** How its pieces stand, by the cell's id; without cells that it is not measured on. */
  count(records: RunRecords | undefined): ReadonlyMap<string, UnitCount>;
  /** Milliseconds that a piece took this cell in this run; absent: left out of estimates. */
  msEach?(cell: CellPlan, records: RunRecords): number | undefined;
  /** Finds it out by doing a little of the work; `undefined` where that says nothing. */
  probe?(cell: CellPlan, probe: Probe): Promise<Probed | undefined>;
  /** The most tokens that a piece generates; absent: none that are counted. */
  newTokensEach?(cell: CellPlan): number;
  /** Does the pieces that are missing. An engine that fails leaves an incident, and they stay missing. */
  execute(run: MeasureRun): Promise<void>;
}

/** Something that is measured on the cells of a run, and what becomes of it. */
export interface Measure<Options, Columns extends Partial<CellReport>> {
  readonly name: string;
  /** The stages of a run in which it has something to do. */
  readonly stages: readonly Stage[];
  /** What an engine must be able to do for it, beside generating. */
  readonly needs: readonly Capability[];
  /** Its part of a run's plan. */
  part(options: Options, taskIds: readonly string[]): Partial<Plan>;
  /** Throws an `EvalkitError`, before anything is generated, for what cannot be measured. */
  prepare(preparation: Preparation<Options>): Promise<PreparedMeasure>;
  /** Its columns of a cell in the summary. */
  columns(
    cell: CellPlan,
    of: { readonly reference: CellPlan; readonly records: RunRecords },
  ): Columns;
  /** Whether a cell lacks something that the same command would still do. */
  isIncomplete(cell: CellReport, records: RunRecords): boolean;
}
