import type { BenchHeader, BenchResult } from '../records/bench.ts';
import { readHeader, readRecords } from './read-folder.ts';
import { type OpenRun, RunFolder } from './run-folder.ts';

/** All records of a grid, as they lie in its folder; of each cell the last result. */
export interface BenchRecords {
  readonly header: BenchHeader;
  readonly results: readonly BenchResult[];
}

/** Reads a grid's records. Throws `EvalkitError` if the folder holds none. */
export function readBench(folder: string): BenchRecords {
  const { header, version } = readHeader(folder, 'bench');
  const results = readRecords(folder, { kind: 'bench', version }, 'cells');
  return { header, results: [...new Map(results.map((result) => [result.key, result])).values()] };
}

/** The records of one grid, open for more. */
export class BenchStore implements AsyncDisposable {
  readonly #folder: RunFolder<'bench'>;

  private constructor(folder: RunFolder<'bench'>) {
    this.#folder = folder;
  }

  /** Opens or begins a grid; see `RunFolder.open`. */
  static async open(options: OpenRun<'bench'>): Promise<BenchStore> {
    return new BenchStore(await RunFolder.open('bench', options));
  }

  get header(): BenchHeader {
    return this.#folder.header;
  }

  /** By key. */
  get results(): ReadonlyMap<string, BenchResult> {
    return this.#folder.records('cells');
  }

  add(result: BenchResult): void {
    this.#folder.add('cells', result);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#folder[Symbol.asyncDispose]();
  }
}
