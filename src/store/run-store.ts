import type { Completion, EngineSessionRecord } from '../records/completion.ts';
import type { DraftCosts } from '../records/draft-costs.ts';
import type { EarlyStop } from '../records/early-stop.ts';
import type { PerplexityHeader } from '../records/perplexity.ts';
import type { RunHeader } from '../records/run-header.ts';
import type { Timing } from '../records/timing.ts';
import type { Incident, Verdict } from '../records/verdict.ts';
import { KINDS } from './kinds.ts';
import { readHeader, readRecords } from './read-folder.ts';
import { type OpenRun, RunFolder } from './run-folder.ts';
import {
  missScores,
  openScores,
  readRunScores,
  type ScoreRecords,
  type ScoreStore,
} from './score-store.ts';

const { files } = KINDS.humaneval;

/** All records of a run, as they lie in its folder. */
export interface RunRecords {
  readonly header: RunHeader;
  readonly completions: readonly Completion[];
  readonly verdicts: readonly Verdict[];
  readonly sessions: readonly EngineSessionRecord[];
  readonly incidents: readonly Incident[];
  readonly timings: readonly Timing[];
  /** Cells that a rule stopped early; absent in runs without such a rule. */
  readonly stops?: readonly EarlyStop[];
  /** Absent where nothing is known of perplexity, as `none`. */
  readonly perplexity?: ScoreRecords;
}

/** Reads a run's records. Throws `EvalkitError` if the folder holds none. */
export function readRun(folder: string): RunRecords {
  const { header } = readHeader(folder, KINDS.humaneval);
  const completions = readRecords(folder, files.completions);
  return {
    header,
    completions,
    verdicts: sharing(completions, readRecords(folder, files.verdicts)),
    sessions: readRecords(folder, files.sessions),
    incidents: readRecords(folder, files.incidents),
    timings: readRecords(folder, files.timings),
    stops: readRecords(folder, files.stops),
    perplexity: readRunScores(folder),
  };
}

/** Verdicts whose code is their completion's text keep it once: a large run is mostly text. */
function sharing(completions: readonly Completion[], verdicts: Verdict[]): Verdict[] {
  const byKey = new Map(completions.map((completion) => [completion.key, completion]));
  for (const verdict of verdicts) {
    const completion = byKey.get(verdict.completionKey);
    if (completion !== undefined) {
      verdict.completionKey = completion.key;
    }
    if (completion !== undefined && verdict.code === completion.text) {
      verdict.code = completion.text;
    }
  }
  return verdicts;
}

/** The records of one run, open for more. */
export class RunStore implements AsyncDisposable {
  readonly folder: string;
  readonly header: RunHeader;
  /** What drafting costs a cell, as its last session found, by the cell's id. */
  readonly draftCosts: Map<string, DraftCosts>;
  /** Cells that a rule ended early, by the cell's id. */
  readonly stops: Map<string, EarlyStop>;
  readonly #run: RunFolder<RunHeader>;
  readonly #completions;
  readonly #verdicts;
  readonly #sessions;
  readonly #incidents;
  readonly #timings;
  readonly #stops;

  private constructor(run: RunFolder<RunHeader>) {
    this.#run = run;
    this.folder = run.path;
    this.header = run.header;
    this.#completions = run.list(files.completions);
    this.#verdicts = run.list(files.verdicts);
    this.#sessions = run.list(files.sessions);
    this.#incidents = run.list(files.incidents);
    this.#timings = run.list(files.timings);
    this.#stops = run.list(files.stops);
    this.stops = new Map([...this.#stops.records.values()].map((stop) => [stop.cell, stop]));
    this.draftCosts = new Map(
      [...this.#sessions.records.values()].flatMap(({ cell, draftCosts }) =>
        draftCosts === undefined ? [] : [[cell, draftCosts]],
      ),
    );
  }

  /** Opens or begins a run; see `RunFolder.open`. */
  static open(options: OpenRun<RunHeader>): Promise<RunStore> {
    return RunFolder.open(KINDS.humaneval, options, (run) => new RunStore(run));
  }

  /** By key. */
  get completions(): ReadonlyMap<string, Completion> {
    return this.#completions.records;
  }

  /** By the key of the judged completion. */
  get verdicts(): ReadonlyMap<string, Verdict> {
    return this.#verdicts.records;
  }

  /** By key. */
  get timings(): ReadonlyMap<string, Timing> {
    return this.#timings.records;
  }

  addCompletion(record: Completion): void {
    this.#completions.add(record);
  }

  addVerdict(record: Verdict): void {
    this.#verdicts.add(record);
  }

  /** What tells the next session from those before. */
  get nextSession(): number {
    return this.#sessions.records.size;
  }

  addSession(record: EngineSessionRecord): void {
    this.#sessions.add(record);
    if (record.draftCosts !== undefined) {
      this.draftCosts.set(record.cell, record.draftCosts);
    }
  }

  addTiming(record: Timing): void {
    this.#timings.add(record);
  }

  addStop(record: EarlyStop): void {
    this.#stops.add(record);
    this.stops.set(record.cell, record);
  }

  addIncident(record: Incident): void {
    this.#incidents.add(record);
  }

  /** The run's scores of a text; see `openScores`. */
  scores(header: PerplexityHeader): Promise<ScoreStore> {
    return openScores(this.#run, header);
  }

  /** Writes down why the run has no scores; see `missScores`. */
  missScores(reason: string): Promise<void> {
    return missScores(this.folder, reason);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#run[Symbol.asyncDispose]();
  }
}
