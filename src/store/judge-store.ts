import type { JudgedSample, JudgeHeader } from '../records/judge.ts';
import type { Incident } from '../records/verdict.ts';
import { KINDS } from './kinds.ts';
import { readHeader, readRecords } from './read-folder.ts';
import { type OpenRun, RunFolder } from './run-folder.ts';

const { files } = KINDS.judge;

/** All verdicts on a file of samples, as they lie in their folder. */
export interface JudgeRecords {
  readonly header: JudgeHeader;
  /** In the file's order. */
  readonly verdicts: readonly JudgedSample[];
  readonly incidents: readonly Incident[];
}

/** Reads the verdicts on samples. Throws `EvalkitError` if the folder holds none. */
export function readJudge(folder: string): JudgeRecords {
  const { header } = readHeader(folder, KINDS.judge);
  const verdicts = readRecords(folder, files.verdicts);
  return {
    header,
    verdicts: verdicts.toSorted((one, other) => one.sample - other.sample),
    incidents: readRecords(folder, files.incidents),
  };
}

/** The verdicts on one file of samples, open for more. */
export class JudgeStore implements AsyncDisposable {
  readonly header: JudgeHeader;
  readonly #run: RunFolder<JudgeHeader>;
  readonly #verdicts;
  readonly #incidents;

  private constructor(run: RunFolder<JudgeHeader>) {
    this.#run = run;
    this.header = run.header;
    this.#verdicts = run.list(files.verdicts);
    this.#incidents = run.list(files.incidents);
  }

  /** Opens or begins verdicts on samples; see `RunFolder.open`. */
  static open(options: OpenRun<JudgeHeader>): Promise<JudgeStore> {
    return RunFolder.open(KINDS.judge, options, (run) => new JudgeStore(run));
  }

  /** How many samples have a verdict. */
  get judged(): number {
    return this.#verdicts.records.size;
  }

  /** The verdict on a sample of the file, from 0. */
  verdict(sample: number): JudgedSample | undefined {
    return this.#verdicts.records.get(String(sample));
  }

  get verdicts(): Iterable<JudgedSample> {
    return this.#verdicts.records.values();
  }

  get incidents(): Iterable<Incident> {
    return this.#incidents.records.values();
  }

  addVerdict(verdict: JudgedSample): void {
    this.#verdicts.add(verdict);
  }

  addIncident(incident: Incident): void {
    this.#incidents.add(incident);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#run[Symbol.asyncDispose]();
  }
}
