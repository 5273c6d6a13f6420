import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import {
  type BenchHeader,
  benchHeaderSchema,
  type BenchResult,
  benchResultSchema,
} from '../records/bench.ts';
import { usageError } from '../records/error.ts';
import { JsonlAppender, readJsonl } from './jsonl-file.ts';
import { lockFolder } from './lock-folder.ts';
import { planDifference } from './plan-difference.ts';
import { createRunFolder, readJsonFile, RUN_FILES } from './run-folder.ts';

const RESULTS = 'cells.jsonl';

/** All records of a grid, as they lie in its folder; of each cell the last result. */
export interface BenchRecords {
  readonly header: BenchHeader;
  readonly results: readonly BenchResult[];
}

/** Reads a grid's records. Throws `EvalkitError` if the folder holds none. */
export function readBench(folder: string): BenchRecords {
  const results = readJsonl(join(folder, RESULTS), benchResultSchema);
  return {
    header: readJsonFile(join(folder, RUN_FILES.header), benchHeaderSchema),
    results: [...new Map(results.map((result) => [result.key, result])).values()],
  };
}

/** The append-only records of one grid. One writer at a time holds it. */
export class BenchStore implements AsyncDisposable {
  readonly header: BenchHeader;
  readonly results: Map<string, BenchResult>;
  readonly #file: JsonlAppender;
  readonly #release: () => Promise<void>;

  private constructor(folder: string, release: () => Promise<void>) {
    this.#file = new JsonlAppender(join(folder, RESULTS));
    this.#release = release;
    const { header, results } = readBench(folder);
    this.header = header;
    this.results = new Map(results.map((result) => [result.key, result]));
  }

  /**
   * Opens the grid in `folder`, or begins it with `header`. Another grid's folder is a usage error
   * that names the first difference, unless `fresh`, which deletes that grid.
   */
  static async open(options: {
    readonly folder: string;
    readonly header: BenchHeader;
    readonly fresh: boolean;
  }): Promise<BenchStore> {
    const { folder, header, fresh } = options;
    createRunFolder(folder);
    const release = await lockFolder(folder);
    try {
      const path = join(folder, RUN_FILES.header);
      if (existsSync(path)) {
        const found = readJsonFile(path, benchHeaderSchema);
        if (fresh) {
          rmSync(join(folder, RESULTS), { force: true });
          rmSync(path);
        } else if (found.planHash !== header.planHash) {
          throw usageError(
            `${folder} holds a grid of other settings: ${planDifference(found.plan, header.plan)}; choose another --out, or --fresh to replace it`,
          );
        }
      }
      if (!existsSync(path)) {
        await writeFileAtomic(path, `${JSON.stringify(header, null, 2)}\n`);
      }
      return new BenchStore(folder, release);
    } catch (error) {
      await release();
      throw error;
    }
  }

  add(result: BenchResult): void {
    this.#file.append(result);
    this.results.set(result.key, result);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#file.close();
    await this.#release();
  }
}
