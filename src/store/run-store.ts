import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import writeFileAtomic from 'write-file-atomic';
import {
  type Completion,
  completionSchema,
  type EngineSessionRecord,
  engineSessionSchema,
} from '../records/completion.ts';
import type { DraftCosts } from '../records/draft-costs.ts';
import { type EarlyStop, earlyStopSchema } from '../records/early-stop.ts';
import { usageError } from '../records/error.ts';
import type { RunHeader } from '../records/run-header.ts';
import { type Timing, timingSchema } from '../records/timing.ts';
import { type Incident, incidentSchema, type Verdict, verdictSchema } from '../records/verdict.ts';
import { JsonlAppender, readJsonl } from './jsonl-file.ts';
import { lockFolder } from './lock-folder.ts';
import { planDifference } from './plan-difference.ts';
import { readScores, removeScores, type ScoreRecords } from './score-store.ts';
import { createRunFolder, readHeader, removeRun, RUN_FILES } from './run-folder.ts';

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
  /** Absent: none was asked for. */
  readonly perplexity?: ScoreRecords;
}

/** Reads a run's records without writing anything. Throws `EvalkitError` if the folder holds none. */
export function readRun(folder: string): RunRecords {
  return {
    header: readHeader(folder),
    completions: readJsonl(join(folder, RUN_FILES.completions), completionSchema),
    verdicts: readJsonl(join(folder, RUN_FILES.verdicts), verdictSchema),
    sessions: readJsonl(join(folder, RUN_FILES.sessions), engineSessionSchema),
    incidents: readJsonl(join(folder, RUN_FILES.incidents), incidentSchema),
    timings: readJsonl(join(folder, RUN_FILES.timings), timingSchema),
    stops: readJsonl(join(folder, RUN_FILES.stops), earlyStopSchema),
    perplexity: readScores(folder),
  };
}

/** The append-only records of one run. One writer at a time holds it. */
export class RunStore implements AsyncDisposable {
  readonly folder: string;
  readonly header: RunHeader;
  readonly completions: Map<string, Completion>;
  /** By the key of the judged completion. */
  readonly verdicts: Map<string, Verdict>;
  readonly timings: Map<string, Timing>;
  /** What drafting costs a cell, as its last session found, by the cell's id. */
  readonly draftCosts: Map<string, DraftCosts>;
  /** Cells that a rule ended early, by the cell's id. */
  readonly stops: Map<string, EarlyStop>;
  readonly #release: () => Promise<void>;
  readonly #files: Readonly<
    Record<'completions' | 'verdicts' | 'sessions' | 'incidents' | 'timings', JsonlAppender>
  >;

  private constructor(folder: string, release: () => Promise<void>) {
    this.folder = folder;
    this.#release = release;
    this.#files = {
      completions: new JsonlAppender(join(folder, RUN_FILES.completions)),
      verdicts: new JsonlAppender(join(folder, RUN_FILES.verdicts)),
      sessions: new JsonlAppender(join(folder, RUN_FILES.sessions)),
      incidents: new JsonlAppender(join(folder, RUN_FILES.incidents)),
      timings: new JsonlAppender(join(folder, RUN_FILES.timings)),
    };
    const records = readRun(folder);
    this.header = records.header;
    this.stops = new Map(records.stops?.map((record) => [record.cell, record]));
    this.completions = new Map(records.completions.map((record) => [record.key, record]));
    this.verdicts = new Map(records.verdicts.map((record) => [record.completionKey, record]));
    this.timings = new Map(records.timings.map((record) => [record.key, record]));
    this.draftCosts = new Map(
      records.sessions.flatMap(({ cell, draftCosts }) =>
        draftCosts === undefined ? [] : [[cell, draftCosts]],
      ),
    );
  }

  /**
   * Opens the run in `folder`, or begins it with `header`. A run that asked for other measures of the
   * same answers goes on with these. A folder that holds a run of another
   * plan is a usage error that names the first difference, unless `fresh`, which deletes that run.
   */
  static async open(options: {
    readonly folder: string;
    readonly header: RunHeader;
    readonly fresh: boolean;
  }): Promise<RunStore> {
    const { folder, header, fresh } = options;
    createRunFolder(folder);
    const release = await lockFolder(folder);
    try {
      if (fresh) {
        removeRun(folder);
        removeScores(folder);
      }
      await writeHeader(folder, header);
      return new RunStore(folder, release);
    } catch (error) {
      await release();
      throw error;
    }
  }

  addCompletion(record: Completion): void {
    this.#files.completions.append(record);
    this.completions.set(record.key, record);
  }

  addVerdict(record: Verdict): void {
    this.#files.verdicts.append(record);
    this.verdicts.set(record.completionKey, record);
  }

  addSession(record: EngineSessionRecord): void {
    this.#files.sessions.append(record);
    if (record.draftCosts !== undefined) {
      this.draftCosts.set(record.cell, record.draftCosts);
    }
  }

  addTiming(record: Timing): void {
    this.#files.timings.append(record);
    this.timings.set(record.key, record);
  }

  /** Opens its file only now: most runs have none. */
  addStop(record: EarlyStop): void {
    const file = new JsonlAppender(join(this.folder, RUN_FILES.stops));
    file.append(record);
    file.close();
    this.stops.set(record.cell, record);
  }

  addIncident(record: Incident): void {
    this.#files.incidents.append(record);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of Object.values(this.#files)) {
      file.close();
    }
    await this.#release();
  }
}

/**
 * Begins a run, or lets one of the same plan ask for other measures: its first record then names
 * those of the last command, and keeps where and when the run was begun.
 */
async function writeHeader(folder: string, header: RunHeader): Promise<void> {
  const path = join(folder, RUN_FILES.header);
  const found = existsSync(path) ? readHeader(folder) : undefined;
  if (found !== undefined) {
    refuseOtherPlan(folder, found, header);
  }
  const wanted = { ...(found ?? header), plan: header.plan };
  if (!isDeepStrictEqual(found, wanted)) {
    await writeFileAtomic(path, `${JSON.stringify(wanted, null, 2)}\n`);
  }
}

/** Throws a usage error where the run in a folder is one of another plan. */
export function refuseOtherPlan(
  folder: string,
  found: RunHeader,
  wanted: Pick<RunHeader, 'plan' | 'planHash'>,
): void {
  if (found.planHash !== wanted.planHash) {
    throw usageError(
      `${folder} holds a run of other settings: ${planDifference(found.plan, wanted.plan)}; choose another --out, or --fresh to replace it`,
    );
  }
}
