import type { Completion, EngineSessionRecord } from '../records/completion.ts';
import type { DraftCosts } from '../records/draft-costs.ts';
import type { EarlyStop } from '../records/early-stop.ts';
import type { PerplexityHeader } from '../records/perplexity.ts';
import type { RunHeader } from '../records/run-header.ts';
import type { Timing } from '../records/timing.ts';
import type { Incident, Verdict } from '../records/verdict.ts';
import { readHeader, readRecords } from './read-folder.ts';
import { type OpenRun, RunFolder } from './run-folder.ts';
import {
  missScores,
  openScores,
  readRunScores,
  type ScoreRecords,
  type ScoreStore,
} from './score-store.ts';

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
  const { header, version } = readHeader(folder, 'humaneval');
  const of = { kind: 'humaneval', version } as const;
  return {
    header,
    completions: readRecords(folder, of, 'completions'),
    verdicts: readRecords(folder, of, 'verdicts'),
    sessions: readRecords(folder, of, 'sessions'),
    incidents: readRecords(folder, of, 'incidents'),
    timings: readRecords(folder, of, 'timings'),
    stops: readRecords(folder, of, 'stops'),
    perplexity: readRunScores(folder),
  };
}

/** The records of one run, open for more. */
export class RunStore implements AsyncDisposable {
  /** What drafting costs a cell, as its last session found, by the cell's id. */
  readonly draftCosts: Map<string, DraftCosts>;
  /** Cells that a rule ended early, by the cell's id. */
  readonly stops: Map<string, EarlyStop>;
  readonly #folder: RunFolder<'humaneval'>;

  private constructor(folder: RunFolder<'humaneval'>) {
    this.#folder = folder;
    const stops = [...folder.records('stops').values()];
    this.stops = new Map(stops.map((record) => [record.cell, record]));
    const sessions = [...folder.records('sessions').values()];
    this.draftCosts = new Map(
      sessions.flatMap(({ cell, draftCosts }) =>
        draftCosts === undefined ? [] : [[cell, draftCosts]],
      ),
    );
  }

  /** Opens or begins a run; see `RunFolder.open`. */
  static async open(options: OpenRun<'humaneval'>): Promise<RunStore> {
    return new RunStore(await RunFolder.open('humaneval', options));
  }

  get folder(): string {
    return this.#folder.path;
  }

  get header(): RunHeader {
    return this.#folder.header;
  }

  /** By key. */
  get completions(): ReadonlyMap<string, Completion> {
    return this.#folder.records('completions');
  }

  /** By the key of the judged completion. */
  get verdicts(): ReadonlyMap<string, Verdict> {
    return this.#folder.records('verdicts');
  }

  /** By key. */
  get timings(): ReadonlyMap<string, Timing> {
    return this.#folder.records('timings');
  }

  addCompletion(record: Completion): void {
    this.#folder.add('completions', record);
  }

  addVerdict(record: Verdict): void {
    this.#folder.add('verdicts', record);
  }

  addSession(record: EngineSessionRecord): void {
    this.#folder.add('sessions', record);
    if (record.draftCosts !== undefined) {
      this.draftCosts.set(record.cell, record.draftCosts);
    }
  }

  addTiming(record: Timing): void {
    this.#folder.add('timings', record);
  }

  addStop(record: EarlyStop): void {
    this.#folder.add('stops', record);
    this.stops.set(record.cell, record);
  }

  addIncident(record: Incident): void {
    this.#folder.add('incidents', record);
  }

  /** The run's scores of a text; see `openScores`. */
  scores(header: PerplexityHeader): Promise<ScoreStore> {
    return openScores(this.#folder, header);
  }

  /** Writes down why the run has no scores; see `missScores`. */
  missScores(reason: string): Promise<void> {
    return missScores(this.#folder.path, reason);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#folder[Symbol.asyncDispose]();
  }
}
