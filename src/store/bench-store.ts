import type { BenchHeader, BenchResult } from '../records/bench.ts';
import { KINDS } from './kinds.ts';
import { readHeader, readRecords } from './read-folder.ts';
import { type OpenRun, RunFolder } from './run-folder.ts';

const { files } = KINDS.bench;

/** All records of a grid, as they lie in its folder; of each cell the last result. */
export interface BenchRecords {
  readonly header: BenchHeader;
  readonly results: readonly BenchResult[];
}

/** Reads a grid's records. Throws `EvalkitError` if the folder holds none. */
export function readBench(folder: string): BenchRecords {
  const { header } = readHeader(folder, KINDS.bench);
  return { header, results: readRecords(folder, files.cells) };
}

/** The records of one grid, open for more. */
export class BenchStore implements AsyncDisposable {
  readonly header: BenchHeader;
  readonly #run: RunFolder<BenchHeader>;
  readonly #cells;

  private constructor(run: RunFolder<BenchHeader>) {
    this.#run = run;
    this.header = run.header;
    this.#cells = run.list(files.cells);
  }

  /** Opens or begins a grid; see `RunFolder.open`. */
  static open(options: OpenRun<BenchHeader>): Promise<BenchStore> {
    return RunFolder.open(KINDS.bench, options, (run) => new BenchStore(run));
  }

  /** By key. */
  get results(): ReadonlyMap<string, BenchResult> {
    return this.#cells.records;
  }

  add(result: BenchResult): void {
    this.#cells.add(result);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#run[Symbol.asyncDispose]();
  }
}
